use common::{events::TicketCreated, testing::user};
use serde_json::json;

use super::start;

#[tokio::test]
async fn listing_a_ticket_publishes_it() {
    let (env, service) = start().await;
    let seller = user();
    let body = json!({ "title": "🎟 ليلة <b>", "price": "20.50" });
    let created = service.signed_in(&seller).post("/api/tickets", &body).await.expect(201).body;
    let id = created["id"].as_str().unwrap();
    let expected = json!({ "id": id, "title": "🎟 ليلة <b>", "price": 20.5, "userId": seller.id, "version": 0 });
    assert_eq!(created, expected);

    let event = env.event::<TicketCreated>(|event| event.id.as_str() == id).await;
    assert_eq!(serde_json::to_value(event).unwrap(), expected);
}

#[tokio::test]
async fn listing_requires_a_session() {
    let (_env, service) = start().await;
    let body = json!({ "title": "Concert", "price": 20 });
    service.anonymous().post("/api/tickets", &body).await.refused(401, &["Not authorized"]);
    // The session is checked before the fields.
    service.anonymous().post("/api/tickets", &json!({})).await.refused(401, &["Not authorized"]);
}

#[tokio::test]
async fn every_wrong_field_is_reported() {
    let (_env, service) = start().await;
    let client = service.signed_in(&user());
    let reply = client.post("/api/tickets", &json!({ "title": " ", "price": -10 })).await;
    assert_eq!(
        reply.expect(400).body,
        json!({ "errors": [
            { "message": "Title is required", "field": "title" },
            { "message": "Price must be greater than zero", "field": "price" },
        ] })
    );
}

#[tokio::test]
async fn a_session_ends_after_seven_days() {
    let (env, service) = start().await;
    let client = service.signed_in(&user());
    let body = json!({ "title": "Concert", "price": 20 });
    let _ = client.post("/api/tickets", &body).await.expect(201);
    env.clock.advance(chrono::TimeDelta::days(7));
    client.post("/api/tickets", &body).await.refused(401, &["Not authorized"]);
}
