use axum::Router;
use bson::{Document, doc};
use common::{
    events::{TicketCreated, TicketUpdated},
    messaging::{Outbox, OutboxEvent, Relay},
    mongo,
    server::App,
    testing::{TestEnv, eventually, ticket_created, ticket_updated},
};
use mongodb::Collection;

async fn collection(env: &TestEnv) -> Collection<Document> {
    let database = mongo::connect(env.env().text("MONGO_URI").unwrap()).await.unwrap();
    let collection = database.collection("things");
    collection.create_index(Relay::index()).await.unwrap();
    collection
}

#[tokio::test]
async fn leftovers_are_published_in_order_and_removed() {
    let env = TestEnv::new().await;
    let things = collection(&env).await;
    let ticket = ticket_created("1");
    let now = env.clock.now();
    let mut outbox = vec![OutboxEvent::new(&ticket, now)];
    outbox.extend((1..=5).map(|version| OutboxEvent::new(&ticket_updated(&ticket, version, "1"), now)));
    things.insert_one(doc! { "_id": "crashed", "outbox": outbox }).await.unwrap();
    things.insert_one(doc! { "_id": "quiet", "outbox": [] }).await.unwrap();

    // Nobody wakes the relay: it finds what a crashed program left.
    let relay = Relay::new(&things, env.broker.clone(), Outbox::default());
    let _service = env.start(App::new("relay", Router::new()).with_relay(relay)).await;
    eventually("the outbox is empty", async || things.find_one(doc! { "_id": "crashed", "outbox": [] }).await.unwrap())
        .await;
    assert_eq!(env.published::<TicketCreated>().await, [ticket]);
    let versions: Vec<_> = env.published::<TicketUpdated>().await.iter().map(|event| event.version.0).collect();
    assert_eq!(versions, [1, 2, 3, 4, 5]);
}

#[tokio::test]
async fn an_event_added_while_its_document_is_published_is_not_lost() {
    let env = TestEnv::new().await;
    let things = collection(&env).await;
    things.insert_one(doc! { "_id": "busy", "outbox": [] }).await.unwrap();
    let outbox = Outbox::default();
    let relay = Relay::new(&things, env.broker.clone(), outbox.clone());
    let service = env.start(App::new("relay", Router::new()).with_relay(relay)).await;
    let ticket = ticket_created("1");
    for version in 1..=50 {
        let event = OutboxEvent::new(&ticket_updated(&ticket, version, "1"), env.clock.now());
        things.update_one(doc! { "_id": "busy" }, doc! { "$push": { "outbox": event } }).await.unwrap();
        outbox.wake();
    }
    service.stop().await;
    let versions: Vec<_> = env.published::<TicketUpdated>().await.iter().map(|event| event.version.0).collect();
    assert_eq!(versions, (1..=50).collect::<Vec<_>>());
}
