//! Accounts and sessions: who somebody is.

mod attempts;
mod config;
mod limiter;
mod models;
mod passwords;
mod routes;
mod state;

pub use config::Config;
pub use routes::router;
pub use state::AppState;

use common::server::App;

/// The service's name in logs, traces and metrics.
pub const NAME: &str = "auth";

/// All that the program runs.
#[must_use]
pub fn app(state: AppState) -> App {
    let database = state.database.clone();
    App::new(NAME, router(state)).with_database(&database)
}
