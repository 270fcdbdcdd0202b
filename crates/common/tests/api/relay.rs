use bson::doc;
use common::{
    events::{TicketCreated, TicketUpdated},
    messaging::OutboxEvent,
    testing::{TestEnv, eventually, ticket_created, ticket_updated},
};

use super::{collection, relay};

async fn published_versions(env: &TestEnv) -> Vec<i64> {
    env.published::<TicketUpdated>().await.iter().map(|event| event.version.0).collect()
}

#[tokio::test]
async fn events_that_a_crash_left_behind_are_published_in_order_and_removed() {
    let env = TestEnv::new().await;
    let things = collection(&env, "things").await;
    let ticket = ticket_created("1");
    let now = env.clock.now();
    let mut outbox = vec![OutboxEvent::new(&ticket, now)];
    outbox.extend((1..=5).map(|version| OutboxEvent::new(&ticket_updated(&ticket, version, "1"), now)));
    things.insert_one(doc! { "_id": "crashed", "outbox": outbox }).await.unwrap();
    things.insert_one(doc! { "_id": "quiet", "outbox": [] }).await.unwrap();

    // Nothing wakes the relay: it looks by itself.
    let _service = relay(&env, &things).await;
    eventually("the outbox is empty", async || things.find_one(doc! { "_id": "crashed", "outbox": [] }).await.unwrap())
        .await;
    assert_eq!(env.published::<TicketCreated>().await, [ticket]);
    assert_eq!(published_versions(&env).await, [1, 2, 3, 4, 5]);
}

#[tokio::test]
async fn an_event_added_while_its_document_is_published_is_not_lost() {
    let env = TestEnv::new().await;
    let things = collection(&env, "things").await;
    things.insert_one(doc! { "_id": "busy", "outbox": [] }).await.unwrap();
    let (outbox, service) = relay(&env, &things).await;
    let ticket = ticket_created("1");
    for version in 1..=50 {
        let event = OutboxEvent::new(&ticket_updated(&ticket, version, "1"), env.clock.now());
        things.update_one(doc! { "_id": "busy" }, doc! { "$push": { "outbox": event } }).await.unwrap();
        outbox.wake();
    }
    service.stop().await;
    assert_eq!(published_versions(&env).await, (1..=50).collect::<Vec<_>>());
}
