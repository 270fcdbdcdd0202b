//! Ends holds that were not paid in time.

mod config;
mod jobs;
mod listeners;
mod state;

pub use config::Config;
pub use listeners::listeners;
pub use state::AppState;

use axum::Router;
use common::server::App;

/// The service's name in logs, traces and metrics.
pub const NAME: &str = "expiration";

/// All that the program runs.
#[must_use]
pub fn app(state: AppState) -> App {
    let queue = state.queue.clone();
    App::new(NAME, Router::new())
        .ready_if("redis", move || {
            let queue = queue.clone();
            async move { queue.ping().await.map_err(|error| error.to_string()) }
        })
        .with_listeners(state.broker.clone(), listeners(&state))
        .with_task("jobs", move |stop| jobs::run(state, stop))
}
