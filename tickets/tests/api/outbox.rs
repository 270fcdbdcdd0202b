use bson::{Document, doc};
use common::{
    events::TicketCreated,
    messaging::OutboxEvent,
    mongo,
    testing::{eventually, user},
};
use serde_json::json;

use super::{list, listed, order, show, start, start_in};

#[tokio::test]
async fn stopping_publishes_what_is_left() {
    let (env, service) = start().await;
    let ticket = listed(&service).await;
    service.stop().await;
    let events = env.published::<TicketCreated>().await;
    assert_eq!(events.into_iter().map(|event| event.id).collect::<Vec<_>>(), [ticket.id]);
}

#[tokio::test]
async fn replicas_publish_an_event_once() {
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
async fn a_ticket_with_too_many_changes_to_tell_takes_no_more_until_some_are_told() {
    let (env, service) = start().await;
    let seller = user();
    let ticket = list(&service, &seller, "Concert").await;
    let tickets = mongo::connect(env.env().text("MONGO_URI").unwrap()).await.unwrap().collection::<Document>("tickets");
    let path = format!("/api/tickets/{}", ticket.id);
    let edit = async || service.signed_in(&seller).put(&path, &json!({ "title": "Concert", "price": 30 })).await;
    eventually("its creation is told", async || {
        tickets.find_one(doc! { "_id": &ticket.id, "outbox": [] }).await.unwrap()
    })
    .await;
    // Of a kind that no stream takes.
    let waiting = (0..OutboxEvent::LIMIT).map(|number| {
        let id = format!("unknown:{number}");
        doc! { "id": id, "subject": "ticket:unknown", "payload": "{}", "time": bson::DateTime::now() }
    });
    let full = doc! { "$set": { "outbox": waiting.collect::<Vec<_>>() } };
    tickets.update_one(doc! { "_id": &ticket.id }, full).await.unwrap();
    let refused = edit().await.expect(503);
    assert!(refused.headers.contains_key("retry-after"));
    // What orders says of it waits, and is not lost.
    let held = order(&ticket, 1);
    env.publish(&held).await;
    tickets.update_one(doc! { "_id": &ticket.id }, doc! { "$set": { "outbox": [] } }).await.unwrap();
    eventually("it is held", async || {
        (show(&service, &ticket.id).await.order_id.as_ref() == Some(&held.id)).then_some(())
    })
    .await;
    assert!(env.dead_letters().await.is_empty());
}
