//! Orders: who holds which ticket until when, and what became of it.

mod config;
mod listeners;
mod models;
mod routes;

pub use models::{RecoverError, recover};

use axum::extract::FromRef;
use common::{
    clock::Clock,
    config::Env,
    migration::migrate,
    replica_lookup::ReplicaLookup,
    server::App,
    service::{Base, StartError},
    session::Sessions,
};

use crate::models::{Orders, TicketReplicas};

/// The service's name in logs, traces and metrics.
pub const NAME: &str = "orders";

/// What handlers share. Cheap to clone.
#[derive(Clone, FromRef)]
struct AppState {
    sessions: Sessions,
    orders: Orders,
    tickets: TicketReplicas,
    replicas: ReplicaLookup,
}

/// Connects to the stores and puts the service together.
pub async fn start(env: &Env, clock: Clock) -> Result<App, StartError> {
    let hold = config::hold(env)?;
    let Base { database, broker, sessions, clock } = Base::connect(env, clock).await?;
    let orders = Orders::open(&database, hold, clock.clone()).await?;
    let (tickets, replicas) = (TicketReplicas::open(&database), ReplicaLookup::new(clock));
    let (listeners, relay) = (listeners::all(&orders, &tickets), orders.relay(broker.clone()));
    let ended = orders.clone();
    Ok(App::new(NAME, routes::router(AppState { sessions, orders, tickets, replicas }))
        .with_database(&database)
        .with_task("announcement", |stop| {
            migrate("ends of orders are announced", stop, move |stop| ended.clone().announce(stop))
        })
        .with_listeners(broker, listeners)
        .with_relay(relay))
}
