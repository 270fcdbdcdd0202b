//! `listeners/`: `order:created` schedules one job.

use common::{
    api::Version,
    events::{Event, OrderCreated, Subject},
    testing::eventually,
};
use serde::{Deserialize, Serialize};

use crate::{LONG, ended, env, ordered, start, store::Store};

#[tokio::test]
async fn a_redelivered_order_has_one_job() {
    let env = env().await;
    let mut store = Store::open(&env).await;
    let _service = start(&env).await;

    let order = ordered(&env, LONG).await;
    // Another version, or JetStream would drop it as a duplicate.
    env.publish(&OrderCreated { version: Version(1), ..order.clone() }).await;
    let next = ordered(&env, LONG).await;
    store.scheduled(&next).await;

    assert_eq!(store.jobs().await, [order.id.as_str(), next.id.as_str()]);
    let scheduled: usize =
        redis::cmd("ZCARD").arg(store.key(":scheduled")).query_async(&mut store.redis).await.unwrap();
    assert_eq!(scheduled, 2);
}

/// A malformed `order:created`.
#[derive(Serialize, Deserialize)]
struct Nonsense {
    id: u8,
}

impl Event for Nonsense {
    const SUBJECT: Subject = Subject::OrderCreated;

    fn key(&self) -> String {
        self.id.to_string()
    }
}

#[tokio::test]
async fn a_malformed_order_becomes_a_dead_letter_and_the_next_is_scheduled() {
    let env = env().await;
    let _service = start(&env).await;

    env.publish(&Nonsense { id: 7 }).await;
    let order = ordered(&env, 0).await;

    ended(&env, &order).await;
    let letter = eventually("a dead letter", async || env.dead_letters().await.pop()).await;
    assert_eq!((letter.service.as_str(), letter.payload.as_str()), ("expiration-service", r#"{"id":7}"#));
}
