//! Tickets for sale: who sells what at which price, and which order holds or
//! has bought it.

mod handover;
mod listeners;
mod models;
mod routes;

pub use models::recover;

use axum::extract::FromRef;
use common::{
    clock::Clock,
    config::Env,
    migration::migrate,
    server::App,
    service::{Base, StartError},
    session::Sessions,
};

use crate::{handover::HandoverKeys, models::Tickets};

/// The service's name in logs, traces and metrics.
pub const NAME: &str = "tickets";

/// What handlers share. Cheap to clone.
#[derive(Clone, FromRef)]
struct AppState {
    sessions: Sessions,
    clock: Clock,
    tickets: Tickets,
}

/// Connects to the stores and puts the service together.
pub async fn start(env: &Env, clock: Clock) -> Result<App, StartError> {
    let keys = HandoverKeys::from_env(env)?;
    let Base { database, broker, sessions, clock } = Base::connect(env, clock).await?;
    let tickets = Tickets::open(&database, keys, clock.clone()).await?;
    let (relay, indexed) = (tickets.relay(broker.clone()), tickets.clone());
    Ok(App::new(NAME, routes::router(AppState { sessions, clock, tickets: tickets.clone() }))
        .with_database(&database)
        .with_task("indexing", |stop| migrate("tickets are reindexed", stop, move |stop| indexed.clone().reindex(stop)))
        .with_listeners(broker, listeners::all(&tickets))
        .with_relay(relay))
}
