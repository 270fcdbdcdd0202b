//! Orders: who holds which ticket until when, and what became of it.

mod config;
mod listeners;
mod models;
mod routes;
mod state;

pub use config::Config;
pub use listeners::listeners;
pub use models::{RecoverError, recover};
pub use routes::router;
pub use state::AppState;

use common::server::App;

/// The service's name in logs, traces and metrics.
pub const NAME: &str = "orders";

/// All that the program runs.
#[must_use]
pub fn app(state: AppState) -> App {
    App::new(NAME, router(state.clone()))
        .with_database(&state.database)
        .with_listeners(state.broker.clone(), listeners(&state))
        .with_relay(state.orders.relay(state.broker))
}
