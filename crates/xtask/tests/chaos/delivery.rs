//! Every event three times and in any order: the state stays the same.

use std::collections::BTreeMap;

use async_nats::jetstream;
use bson::{Document, doc};
use common::api::orders::OrderStatus;
use common::testing::eventually;
use futures::TryStreamExt;
use rand::seq::SliceRandom;
use serde_json::json;

use crate::shop::{Shop, becomes, cancel, order, pay};

const COPIES: usize = 3;

/// A ticket that is sold, one that is cancelled and ordered again, and one with edits.
async fn business(shop: &Shop) {
    let (buyer, sold) = shop.ordered().await;
    let _ = pay(&buyer, &sold.id, "pm_card_visa").await.expect(201);
    becomes(&buyer, &sold.id, OrderStatus::Complete).await;

    let (other, dropped) = shop.ordered().await;
    assert_eq!(cancel(&other, &dropped.id).await.status, 204);
    let _ = order(&buyer, &dropped.ticket.id).await.expect(201);

    let (seller, edited) = shop.for_sale().await;
    for price in 1..=5 {
        let body = json!({ "title": format!("Concert {price}"), "price": price });
        let _ = seller.put(&format!("/api/tickets/{}", edited.id), &body).await.expect(200);
    }
    shop.audit().await;
}

/// All events of the stream: subject and payload.
async fn events(shop: &Shop) -> Vec<(String, Vec<u8>)> {
    let client = async_nats::connect(&shop.stack.inventory().nats.url).await.unwrap();
    let stream = jetstream::new(client).get_stream("TICKETING").await.unwrap();
    let last = stream.get_info().await.unwrap().state.last_sequence;
    let mut events = Vec::new();
    for sequence in 1..=last {
        let message = stream.get_raw_message(sequence).await.unwrap();
        events.push((message.subject.to_string(), message.payload.to_vec()));
    }
    events
}

/// Publishes all of them several times, shuffled, as new messages.
async fn publish(shop: &Shop, events: &[(String, Vec<u8>)]) {
    let mut copies: Vec<_> = events.iter().cycle().take(events.len() * COPIES).collect();
    copies.shuffle(&mut rand::rng());
    let client = async_nats::connect(&shop.stack.inventory().nats.url).await.unwrap();
    let jetstream = jetstream::new(client);
    for (subject, payload) in copies {
        jetstream.publish(subject.clone(), payload.clone().into()).await.unwrap().await.unwrap();
    }
    let broker = shop.broker().await;
    eventually("all are acknowledged", async || {
        let backlog = broker.backlog().await.unwrap();
        backlog.iter().all(|backlog| backlog.messages == 0).then_some(())
    })
    .await;
}

type Collection = BTreeMap<String, Document>;

/// A collection's documents by id.
async fn documents(shop: &Shop, service: &str, collection: &str) -> Collection {
    let cursor = shop.database(service).await.collection::<Document>(collection).find(doc! {}).await.unwrap();
    let documents: Vec<_> = cursor.try_collect().await.unwrap();
    documents.into_iter().map(|document| (document.get_str("_id").unwrap().to_owned(), document)).collect()
}

async fn everything(shop: &Shop) -> Vec<Collection> {
    let mut all = Vec::new();
    for (service, collection) in [
        ("tickets", "tickets"),
        ("orders", "orders"),
        ("orders", "tickets"),
        ("payments", "orders"),
        ("payments", "payments"),
    ] {
        all.push(documents(shop, service, collection).await);
    }
    all
}

#[tokio::test]
async fn redelivered_events_change_nothing() {
    let shop = Shop::open(900, 30).await;
    business(&shop).await;
    let before = everything(&shop).await;
    assert!(before.iter().all(|collection| !collection.is_empty()));
    publish(&shop, &events(&shop).await).await;
    shop.audit().await;
    assert_eq!(everything(&shop).await, before);
}

#[tokio::test]
async fn replicas_built_from_shuffled_events_equal_those_built_in_order() {
    let shop = Shop::open(900, 30).await;
    business(&shop).await;
    // An empty stack gets all events in disorder. Those about documents that only their
    // owner could have become dead letters.
    let other = Shop::open(900, 30).await;
    publish(&other, &events(&shop).await).await;
    for (service, collection) in [("orders", "tickets"), ("payments", "orders")] {
        let expected = documents(&shop, service, collection).await;
        assert!(!expected.is_empty());
        assert_eq!(documents(&other, service, collection).await, expected, "{service}'s {collection}");
    }
}
