//! Tests over events and Redis: what the service consumes, publishes and stores.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod jobs;
mod listeners;
mod outages;
mod proxy;
mod store;

use chrono::{DateTime, TimeDelta, Utc};
use common::{
    events::{ExpirationComplete, OrderCreated},
    testing::{Service, TestEnv, order_created},
};

/// A new environment without grace.
async fn env() -> TestEnv {
    TestEnv::new().await.with("PAYMENT_GRACE_SECONDS", "0")
}

/// Starts the service.
async fn start(env: &TestEnv) -> Service {
    env.run(expiration::start).await
}

/// An order whose hold expires at `expires_at`.
fn order(expires_at: DateTime<Utc>) -> OrderCreated {
    order_created("20", expires_at)
}

/// Publishes an order whose hold expires in so many milliseconds.
async fn ordered(env: &TestEnv, milliseconds: i64) -> OrderCreated {
    let order = order(env.clock.now() + TimeDelta::milliseconds(milliseconds));
    env.publish(&order).await;
    order
}

/// An order whose hold ends in so many milliseconds and has its job.
async fn scheduled(env: &TestEnv, store: &mut store::Store, milliseconds: i64) -> OrderCreated {
    let order = ordered(env, milliseconds).await;
    store.scheduled(&order).await;
    order
}

/// Waits until an order's hold has ended.
async fn ended(env: &TestEnv, order: &OrderCreated) {
    env.event(|event: &ExpirationComplete| event.order_id == order.id).await;
}

/// An hour in milliseconds: a hold that does not end during a test.
const LONG: i64 = 3_600_000;
