use chrono::TimeDelta;
use common::{
    api::{TicketId, tickets::About},
    events::{OrderCancelled, OrderCreated, TicketCreated},
    testing::{ticket_created, ticket_updated, user},
};
use futures::future::join;
use serde_json::json;

use super::{buyer, expired, known, on_hold, order, ordered, show, start, ticket};

#[tokio::test]
async fn an_order_holds_its_ticket_for_fifteen_minutes() {
    let (env, service) = start().await;
    let ticket = ticket(&env, &service).await;
    let who = user();
    let before = env.clock.now();
    let reply = order(&service.signed_in(&who), &ticket.id).await.expect(201);
    let made: common::api::orders::Order = reply.read();
    let after = env.clock.now();
    let hold = TimeDelta::minutes(15);
    assert!((before + hold..=after + hold).contains(&made.expires_at), "{}", made.expires_at);
    assert_eq!(
        reply.body,
        json!({
            "id": made.id, "userId": who.id, "status": "created", "expiresAt": reply.body["expiresAt"],
            "ticket": { "id": ticket.id, "title": "Concert", "price": 20 }, "version": 0,
        })
    );

    let event = env.event::<OrderCreated>(|event| event.id == made.id).await;
    assert_eq!((event.user_id, event.expires_at), (who.id, made.expires_at));
    assert_eq!((event.ticket.id, event.ticket.price, event.ticket.sequence), (ticket.id, ticket.price, 1));
}

#[tokio::test]
async fn refusals_are_checked_in_the_documented_order() {
    let (env, service) = start().await;
    let ticket = ticket(&env, &service).await;
    let missing = ["ticketId must be provided"];
    service.anonymous().post("/api/orders", &json!({})).await.refused(401, &["Not authorized"]);
    let client = buyer(&service);
    for id in [json!(null), json!(""), json!([ticket.id]), json!(1), json!("x"), json!("65a00000000000000000000g")] {
        let body = json!({ "ticketId": id });
        client.post("/api/orders", &body).await.refused(400, &missing);
    }
    order(&client, &"65a000000000000000000001".parse().unwrap()).await.refused(404, &["Not Found"]);

    let seller = common::api::users::User { id: ticket.user_id.clone(), email: "seller@example.com".into() };
    let seller = service.signed_in(&seller);
    ordered(&client, &ticket.id).await;
    for again in [&client, &buyer(&service)] {
        order(again, &ticket.id).await.refused(400, &["Ticket is already reserved"]);
    }
    order(&seller, &ticket.id).await.refused(400, &["You cannot buy your own ticket"]);
}

#[tokio::test]
async fn the_ticket_of_a_cancelled_order_can_be_ordered_again() {
    let (env, service) = start().await;
    let ticket = ticket(&env, &service).await;
    let client = buyer(&service);
    for sequence in 1..=3 {
        let made = ordered(&client, &ticket.id).await;
        let event = env.event::<OrderCreated>(|event| event.id == made.id).await;
        assert_eq!(event.ticket.sequence, sequence);
        assert_eq!(client.delete(&format!("/api/orders/{}", made.id)).await.status, 204);
        let event = env.event::<OrderCancelled>(|event| event.id == made.id).await;
        assert_eq!((event.version.0, event.ticket.sequence), (1, sequence));
    }
}

#[tokio::test]
async fn a_hold_ends_only_by_an_event() {
    let (env, service) = start().await;
    let ticket = ticket(&env, &service).await;
    let (first, second) = (buyer(&service), buyer(&service));
    let made = ordered(&first, &ticket.id).await;
    env.clock.advance(TimeDelta::minutes(16));
    order(&second, &ticket.id).await.refused(400, &["Ticket is already reserved"]);
    env.publish(&expired(&made)).await;
    env.event::<OrderCancelled>(|event| event.id == made.id).await;
    ordered(&second, &ticket.id).await;
}

#[tokio::test]
async fn an_order_keeps_its_price() {
    let (env, _service, ticket, client, made) = on_hold().await;
    env.publish(&ticket_updated(&ticket, 1, "99.99")).await;
    assert_eq!(client.delete(&format!("/api/orders/{}", made.id)).await.status, 204);
    // A new order shows that the new price has arrived; the old order keeps its own.
    let next = common::testing::eventually("the new price has arrived", async || {
        let next = ordered(&client, &ticket.id).await;
        if next.ticket.price.cents() == 9999 {
            return Some(next);
        }
        assert_eq!(client.delete(&format!("/api/orders/{}", next.id)).await.status, 204);
        None
    })
    .await;
    assert_eq!(next.ticket.title, "Concert, version 1");
    assert_eq!(show(&client, &made.id).await.ticket.price.cents(), 2000);
}

#[tokio::test]
async fn ordering_right_after_listing_waits_for_the_tickets_event() {
    let (env, service) = start().await;
    let (client, ticket) = (buyer(&service), ticket_created("20"));
    let (reply, ()) = join(order(&client, &ticket.id), async {
        // The order comes first, its ticket's event after it.
        tokio::task::yield_now().await;
        env.publish(&ticket).await;
    })
    .await;
    let _ = reply.expect(201);
    // A ticket that never existed is not found in the end.
    order(&client, &TicketId::new()).await.refused(404, &["Not Found"]);
}

#[tokio::test]
async fn an_order_of_another_account_than_the_buyer_believes_to_use_is_refused() {
    let (env, service) = start().await;
    let ticket = ticket(&env, &service).await;
    let (me, other) = (user(), user());
    let client = service.signed_in(&me);
    let believing =
        async |id: serde_json::Value| client.post("/api/orders", &json!({ "ticketId": ticket.id, "userId": id })).await;
    believing(json!(other.id)).await.refused(400, &["You are signed in with another account"]);
    believing(json!("x")).await.refused(400, &["userId must be a user's id"]);
    let _ = believing(json!(me.id)).await.expect(201);
}

#[tokio::test]
async fn an_event_that_has_started_is_not_ordered() {
    let (env, service) = start().await;
    let starts_at = (env.clock.now() + TimeDelta::hours(1)).fixed_offset().to_rfc3339().parse().ok();
    let about = About { starts_at, venue: Some("Hall 2".into()), ..About::default() };
    let (soon, later) = (ticket_created("20"), ticket_created("20"));
    for ticket in [&soon, &later] {
        env.publish(&TicketCreated { about: about.clone(), ..ticket.clone() }).await;
        known(&service, ticket).await;
    }
    let client = buyer(&service);
    let made = ordered(&client, &soon.id).await;
    assert_eq!(made.ticket.about, about);
    let event = env.event::<OrderCreated>(|event| event.id == made.id).await;
    assert_eq!(event.ticket.about, about);
    env.clock.advance(TimeDelta::hours(1));
    order(&client, &later.id).await.refused(400, &["The event has started"]);
}

#[tokio::test]
async fn an_order_at_a_stale_price_is_refused_and_holds_nothing() {
    let (env, service) = start().await;
    let ticket = ticket(&env, &service).await;
    let client = buyer(&service);
    let at = async |price: serde_json::Value| {
        client.post("/api/orders", &json!({ "ticketId": ticket.id, "price": price })).await
    };
    for other in [json!(19.99), json!("900"), json!(0.01)] {
        let reply = at(other).await.expect(400);
        let refusal = json!({ "errors": [{ "message": "The price has changed", "field": "price" }] });
        assert_eq!(reply.body, refusal);
    }
    for none in [json!(0), json!("cheap"), json!([20])] {
        assert_eq!(at(none).await.expect(400).body["errors"][0]["field"], "price");
    }
    // The refused orders hold nothing.
    let _ = at(json!("20.00")).await.expect(201);
}
