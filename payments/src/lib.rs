//! Payments: an order's money, taken once, or given back.

mod cashier;
mod config;
mod gateway;
mod listeners;
mod models;
mod recovery;
mod routes;

use axum::extract::FromRef;
use common::{
    clock::Clock,
    config::Env,
    server::App,
    service::{Base, StartError},
    session::Sessions,
};

use crate::{
    cashier::Cashier,
    config::StripeConfig,
    gateway::Gateway,
    models::{OrderReplicas, Payments},
    recovery::Recovery,
};

/// The service's name in logs, traces and metrics.
pub const NAME: &str = "payments";

/// What handlers and listeners share. Cheap to clone.
#[derive(Clone, FromRef)]
struct AppState {
    clock: Clock,
    sessions: Sessions,
    stripe: StripeConfig,
    orders: OrderReplicas,
    payments: Payments,
    cashier: Cashier,
}

/// Connects to the stores and puts the service together.
pub async fn start(env: &Env, clock: Clock) -> Result<App, StartError> {
    let stripe = StripeConfig::from_env(env)?;
    let Base { database, broker, sessions, clock } = Base::connect(env, clock).await?;
    let orders = OrderReplicas::open(&database);
    let payments = Payments::open(&database, clock.clone()).await?;
    let cashier = Cashier::new(orders.clone(), payments.clone(), Gateway::new(&stripe)?, clock.clone());
    let recovery = Recovery::new(payments.clone(), cashier.clone());
    let relay = payments.relay(broker.clone());
    let state = AppState { clock, sessions, stripe, orders, payments, cashier };
    Ok(App::new(NAME, routes::router(state.clone()))
        .with_database(&database)
        .with_listeners(broker, listeners::all(&state))
        .with_task("recovery", |stop| recovery.run(stop))
        .with_relay(relay))
}
