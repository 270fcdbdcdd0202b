//! Payments: an order's money, taken once, or given back.

mod cashier;
mod config;
mod gateway;
mod listeners;
mod models;
mod recovery;
mod routes;
mod state;

pub use config::Config;
pub use listeners::listeners;
pub use routes::router;
pub use state::AppState;

use common::server::App;

/// The service's name in logs, traces and metrics.
pub const NAME: &str = "payments";

/// All that the program runs.
#[must_use]
pub fn app(state: AppState) -> App {
    let recovery = recovery::Recovery::new(state.payments.clone(), state.cashier.clone());
    App::new(NAME, router(state.clone()))
        .with_database(&state.database)
        .with_listeners(state.broker.clone(), listeners(&state))
        .with_task("recovery", |stop| recovery.run(stop))
        .with_relay(state.payments.relay(state.broker))
}
