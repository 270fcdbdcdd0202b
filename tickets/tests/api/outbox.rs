use bson::doc;
use common::{
    events::TicketCreated,
    messaging::OutboxEvent,
    testing::{eventually, user},
};
use serde_json::json;

use super::{list, listed, order, show, start, start_in};

#[tokio::test]
async fn shutdown_publishes_the_waiting_events() {
    let (env, service) = start().await;
    let ticket = listed(&service).await;
    service.stop().await;
    let events = env.published::<TicketCreated>().await;
    assert_eq!(events.into_iter().map(|event| event.id).collect::<Vec<_>>(), [ticket.id]);
}

#[tokio::test]
async fn several_replicas_publish_an_event_once() {
    let (env, service) = start().await;
    let (_second, _third) = (start_in(&env).await, start_in(&env).await);
    let mut ids = Vec::new();
    for _ in 0..20 {
        ids.push(listed(&service).await.id);
    }
    env.event::<TicketCreated>(|event| event.id == ids[19]).await;
    service.stop().await;
    let mut published: Vec<_> = env.published::<TicketCreated>().await.into_iter().map(|event| event.id).collect();
    published.sort();
    assert_eq!(published, ids);
}

#[tokio::test]
async fn a_ticket_with_a_full_outbox_is_not_changed_until_events_are_published() {
    let (env, service) = start().await;
    let seller = user();
    let ticket = list(&service, &seller, "Concert").await;
    let tickets = env.collection("tickets").await;
    let path = format!("/api/tickets/{}", ticket.id);
    let edit = async || service.signed_in(&seller).put(&path, &json!({ "title": "Concert", "price": 30 })).await;
    eventually("its creation is published", async || {
        tickets.find_one(doc! { "_id": &ticket.id, "outbox": [] }).await.unwrap()
    })
    .await;
    // Events that no stream accepts.
    let waiting = (0..OutboxEvent::LIMIT).map(|number| {
        let id = format!("unknown:{number}");
        doc! { "id": id, "subject": "ticket:unknown", "payload": "{}", "time": bson::DateTime::now() }
    });
    let full = doc! { "$set": { "outbox": waiting.collect::<Vec<_>>() } };
    tickets.update_one(doc! { "_id": &ticket.id }, full).await.unwrap();
    let refused = edit().await.expect(503);
    assert!(refused.headers.contains_key("retry-after"));
    // The order's event is retried and not lost.
    let held = order(&ticket, 1);
    env.publish(&held).await;
    tickets.update_one(doc! { "_id": &ticket.id }, doc! { "$set": { "outbox": [] } }).await.unwrap();
    eventually("it is held", async || {
        (show(&service, &ticket.id).await.order_id.as_ref() == Some(&held.id)).then_some(())
    })
    .await;
    assert!(env.dead_letters().await.is_empty());
}
