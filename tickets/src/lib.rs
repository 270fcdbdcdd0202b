//! Tickets for sale: who sells what at which price, and which order holds or
//! has bought it.

mod config;
mod listeners;
mod models;
mod routes;
mod state;

pub use config::Config;
pub use listeners::listeners;
pub use models::recover;
pub use routes::router;
pub use state::AppState;

use common::server::App;

/// The service's name in logs, traces and metrics.
pub const NAME: &str = "tickets";

/// All that the program runs.
#[must_use]
pub fn app(state: AppState) -> App {
    let tickets = state.tickets.clone();
    App::new(NAME, router(state.clone()))
        .with_database(&state.database)
        .with_task("indexing", |stop| models::reindex(tickets, stop))
        .with_listeners(state.broker.clone(), listeners(&state))
        .with_relay(state.tickets.relay(state.broker))
}
