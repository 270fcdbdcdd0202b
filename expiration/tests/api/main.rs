//! Tests over events and Redis: what the service consumes, publishes and stores.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod jobs;
mod listeners;
mod outages;
mod proxy;
mod store;

use chrono::{DateTime, TimeDelta, Utc};
use common::{
    api::{OrderId, TicketId, UserId, Version, orders::OrderStatus},
    events::{ExpirationComplete, HeldTicket, OrderCreated},
    testing::{Service, TestEnv},
};
use expiration::{AppState, Config};

/// A new environment without grace.
async fn env() -> TestEnv {
    TestEnv::new().await.with("PAYMENT_GRACE_SECONDS", "0")
}

/// Starts the service.
async fn start(env: &TestEnv) -> Service {
    let config = Config::from_env(env.env()).unwrap();
    let state = AppState::connect(&config, env.clock.clone()).await.unwrap();
    env.start(expiration::app(state)).await
}

/// An order whose hold expires at `expires_at`.
fn order(expires_at: DateTime<Utc>) -> OrderCreated {
    OrderCreated {
        id: OrderId::new(),
        version: Version(0),
        status: OrderStatus::Created,
        user_id: UserId::new(),
        expires_at,
        ticket: HeldTicket { id: TicketId::new(), title: None, price: "20".parse().unwrap(), sequence: 1 },
    }
}

/// Publishes an order whose hold expires in so many milliseconds.
async fn ordered(env: &TestEnv, milliseconds: i64) -> OrderCreated {
    let order = order(env.clock.now() + TimeDelta::milliseconds(milliseconds));
    env.publish(&order).await;
    order
}

/// Waits until an order's hold has ended.
async fn ended(env: &TestEnv, order: &OrderCreated) {
    env.event(|event: &ExpirationComplete| event.order_id == order.id).await;
}

/// An hour in milliseconds: a hold that does not end during a test.
const LONG: i64 = 3_600_000;
