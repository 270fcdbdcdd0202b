//! Stores that go away and come back while the service runs.

use std::time::Duration;

use common::testing::{Client, eventually};

use crate::{ended, env, ordered, proxy::Proxy, scheduled, start, store::Store};

async fn readiness_is(client: &Client, status: u16) {
    eventually("readiness", async || (client.get("/readyz").await.status.as_u16() == status).then_some(())).await;
}

/// Waits until a worker has taken a job.
async fn taken(store: &mut Store) {
    eventually("taken", async || store.keys().await.iter().any(|key| key.starts_with(":inflight")).then_some(())).await;
}

#[tokio::test]
async fn a_hold_that_is_due_while_nats_is_away_ends_when_it_is_back() {
    let (env, proxy) = Proxy::start(env().await, "NATS_URL").await;
    let mut store = Store::open(&env).await;
    let _service = start(&env).await;
    store.worker().await;
    let order = scheduled(&env, &mut store, 2_000).await;

    proxy.cut();
    taken(&mut store).await;
    assert_eq!(store.jobs().await, [order.id.as_str()]);
    proxy.repair();

    ended(&env, &order).await;
}

#[tokio::test]
async fn holds_end_after_redis_was_slow() {
    let env = env().await;
    let mut store = Store::open(&env).await;
    let (env, proxy) = Proxy::start(env, "REDIS_URL").await;
    let _service = start(&env).await;
    store.worker().await;
    let order = scheduled(&env, &mut store, 6_000).await;

    // A response takes longer than both the poll interval and the heartbeat interval.
    proxy.slow_down(Duration::from_millis(1_200));

    ended(&env, &order).await;
}

#[tokio::test]
async fn holds_end_after_redis_was_away_and_came_back_empty() {
    let env = env().await;
    let mut store = Store::open(&env).await;
    let (env, proxy) = Proxy::start(env, "REDIS_URL").await;
    let service = start(&env).await;
    let client = service.anonymous();
    let before = scheduled(&env, &mut store, 2_000).await;

    proxy.cut();
    readiness_is(&client, 503).await;
    store.empty().await;
    let meanwhile = ordered(&env, 0).await;
    proxy.repair();

    readiness_is(&client, 200).await;
    ended(&env, &before).await;
    ended(&env, &meanwhile).await;
}

#[tokio::test]
async fn a_service_that_stops_while_nats_is_away_releases_its_jobs() {
    let (env, proxy) = Proxy::start(env().await, "NATS_URL").await;
    let mut store = Store::open(&env).await;
    let service = start(&env).await;
    store.worker().await;
    let order = scheduled(&env, &mut store, 2_000).await;
    proxy.cut();
    taken(&mut store).await;

    service.stop().await;

    assert_eq!(store.jobs().await, [order.id.as_str()]);
    assert!(store.keys().await.contains(&":active".to_owned()));
}
