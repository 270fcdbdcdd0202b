//! Ends holds that were not paid in time.

mod hold;
mod listeners;
mod queue;
mod worker;

use axum::Router;
use chrono::TimeDelta;
use common::{
    clock::Clock,
    config::Env,
    messaging::{Broker, BrokerConfig},
    server::App,
    service::StartError,
};

use crate::queue::Queue;

/// The service's name in logs, traces and metrics.
pub const NAME: &str = "expiration";

/// What listeners and jobs share. Cheap to clone.
#[derive(Clone)]
struct AppState {
    queue: Queue,
    broker: Broker,
    clock: Clock,
    /// How long a payment that began in time may take to finish.
    grace: TimeDelta,
}

/// Connects to the stores and puts the service together.
pub async fn start(env: &Env, clock: Clock) -> Result<App, StartError> {
    let grace = TimeDelta::seconds(env.or::<u32>("PAYMENT_GRACE_SECONDS", 30)?.into());
    let (redis_url, broker) = (env.required::<String>("REDIS_URL")?, BrokerConfig::from_env(env)?);
    // All its keys in Redis begin with this name.
    let name = format!("{}expiration", env.text("EVENTS_PREFIX").unwrap_or_default());
    let queue = Queue::connect(&redis_url, &name).await?;
    let state = AppState { queue: queue.clone(), broker: broker.connect().await?, clock, grace };
    Ok(App::new(NAME, Router::new())
        .ready_if("redis", move || queue.clone().ping())
        .with_listeners(state.broker.clone(), listeners::all(&state))
        .with_task("jobs", move |stop| worker::run(state, stop)))
}
