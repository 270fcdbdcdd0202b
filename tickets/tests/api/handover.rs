use common::{
    api::{TicketId, users::User},
    events::{OrderCompleted, OrderCreated, OrderRefunded},
    testing::{Client, Reply, Service, TestEnv, eventually, order_cancelled, order_completed, payment_created, user},
};
use serde_json::{Value, json};

use super::{list, order, show, start};

const CODE: &str = "https://tickets.example/K7-4411-9920";

async fn deposit(client: &Client, id: &TicketId, text: &str) -> Reply {
    client.put(&format!("/api/tickets/{id}/handover"), &json!({ "text": text })).await
}

async fn handover(client: &Client, id: &TicketId) -> Reply {
    client.get(&format!("/api/tickets/{id}/handover")).await
}

/// A ticket with a code, and a seller.
async fn deposited(service: &Service) -> (TicketId, Client, common::api::tickets::Ticket) {
    let seller = user();
    let ticket = list(service, &seller, "Concert").await;
    let client = service.signed_in(&seller);
    let _ = deposit(&client, &ticket.id, CODE).await.expect(204);
    (ticket.id.clone(), client, ticket)
}

/// The order of a user on a ticket.
fn order_of(buyer: &User, ticket: &common::api::tickets::Ticket, sequence: i64) -> OrderCreated {
    OrderCreated { user_id: buyer.id.clone(), ..order(ticket, sequence) }
}

async fn sold(env: &TestEnv, order: &OrderCreated) {
    env.publish(order).await;
    env.publish(&order_completed(order)).await;
    env.all_handled().await;
}

fn refund(order: &OrderCreated, amount: Option<&str>) -> OrderRefunded {
    let OrderCompleted { id, version, ticket, .. } = order_completed(order);
    OrderRefunded { id, version, amount: amount.map(|amount| amount.parse().unwrap()), ticket }
}

#[tokio::test]
async fn the_buyer_of_the_complete_order_gets_the_handover_and_nobody_else() {
    let (env, service) = start().await;
    let (id, seller, ticket) = deposited(&service).await;
    let (buyer, stranger) = (user(), service.signed_in(&user()));
    let client = service.signed_in(&buyer);
    let denied = ["Not authorized"];
    handover(&service.anonymous(), &id).await.refused(401, &denied);
    handover(&client, &id).await.refused(401, &denied);

    let bought = order_of(&buyer, &ticket, 1);
    env.publish(&bought).await;
    eventually("the ticket is held", async || show(&service, &id).await.order_id).await;
    handover(&client, &id).await.refused(401, &denied);
    // Paid, but the buyer may have cancelled before: orders decides.
    env.publish(&payment_created(&bought)).await;
    env.all_handled().await;
    handover(&client, &id).await.refused(401, &denied);

    env.publish(&order_completed(&bought)).await;
    eventually("the ticket is sold", async || show(&service, &id).await.sold.then_some(())).await;
    for reader in [&client, &seller] {
        assert_eq!(handover(reader, &id).await.expect(200).body, json!({ "text": CODE }));
    }
    handover(&stranger, &id).await.refused(401, &denied);
    // A correction reaches the buyer.
    let _ = deposit(&seller, &id, "another").await.expect(204);
    assert_eq!(handover(&client, &id).await.expect(200).body["text"], "another");
    deposit(&client, &id, "mine").await.refused(401, &denied);
}

#[tokio::test]
async fn a_handover_can_be_deposited_when_a_ticket_is_listed_or_changed_and_a_refused_one_lists_nothing() {
    let (_env, service) = start().await;
    let seller = service.signed_in(&user());
    let listing = |handover: &str| json!({ "title": "Concert", "price": 20, "handover": handover });
    seller
        .post("/api/tickets", &listing("a\0"))
        .await
        .refused(400, &["The ticket's code or link must not contain control characters"]);
    assert_eq!(seller.get("/api/tickets/mine").await.expect(200).body, json!([]));
    let reply = seller.post("/api/tickets", &listing(CODE)).await.expect(201);
    assert!(!reply.body.to_string().contains(CODE), "{}", reply.body);
    let id: TicketId = reply.body["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(handover(&seller, &id).await.expect(200).body["text"], CODE);
    for (sent, kept) in [("another", "another"), (" ", "another")] {
        let _ = seller.put(&format!("/api/tickets/{id}"), &listing(sent)).await.expect(200);
        assert_eq!(handover(&seller, &id).await.expect(200).body["text"], kept);
    }
}

#[tokio::test]
async fn a_handover_is_in_no_list_no_event_and_no_document_in_clear() {
    let (env, service) = start().await;
    let (id, seller, ticket) = deposited(&service).await;
    let _ = seller.put(&format!("/api/tickets/{id}"), &json!({ "title": "Gala", "price": 5 })).await.expect(200);
    sold(&env, &order_of(&user(), &ticket, 1)).await;
    for path in ["/api/tickets", "/api/tickets/mine", &format!("/api/tickets/{id}")] {
        let body = seller.get(path).await.expect(200).body.to_string();
        assert!(!body.contains("K7-4411"), "{path}: {body}");
    }
    let events = serde_json::to_string(&env.published::<common::events::TicketUpdated>().await).unwrap();
    assert!(events.contains("Gala") && !events.contains("K7-4411"), "{events}");
    let stored = env.collection("tickets").await.find_one(bson::doc! {}).await.unwrap().unwrap();
    let bytes = bson::serialize_to_vec(&stored).unwrap();
    assert!(!bytes.windows(7).any(|part| part == b"K7-4411"), "{stored}");
    assert!(stored.get_document("handover").is_ok());
}

#[tokio::test]
async fn sellers_see_which_buyers_wait_and_others_do_not() {
    let (env, service) = start().await;
    let (_, seller, _) = deposited(&service).await;
    let mine: Value = seller.get("/api/tickets/mine").await.expect(200).body;
    assert_eq!(mine[0]["handoverDeposited"], true);
    let other = user();
    let without = list(&service, &other, "Without").await;
    let other = service.signed_in(&other);
    assert_eq!(other.get("/api/tickets/mine").await.expect(200).body[0]["handoverDeposited"], false);
    assert_eq!(service.anonymous().get("/api/tickets").await.expect(200).body[0].get("handoverDeposited"), None);

    let buyer = user();
    sold(&env, &order_of(&buyer, &without, 1)).await;
    assert_eq!(handover(&service.signed_in(&buyer), &without.id).await.expect(200).body, json!({}));
}

#[tokio::test]
async fn a_full_refund_closes_the_handover_in_any_order_of_events() {
    let (env, service) = start().await;
    let buyer = user();
    let client = service.signed_in(&buyer);
    for first in [true, false] {
        let (id, seller, ticket) = deposited(&service).await;
        let bought = order_of(&buyer, &ticket, 1);
        if first {
            env.publish(&refund(&bought, None)).await;
        }
        sold(&env, &bought).await;
        if !first {
            env.publish(&refund(&bought, Some("5"))).await;
            env.all_handled().await;
            let _ = handover(&client, &id).await.expect(200);
            env.publish(&refund(&bought, None)).await;
        }
        env.all_handled().await;
        handover(&client, &id).await.refused(401, &["Not authorized"]);
        let _ = handover(&seller, &id).await.expect(200);
    }
}

#[tokio::test]
async fn the_handover_of_a_ticket_that_is_sold_again_is_the_new_buyers_alone() {
    let (env, service) = start().await;
    let (id, _, ticket) = deposited(&service).await;
    let (first, second) = (user(), user());
    let late = order_of(&first, &ticket, 1);
    env.publish(&late).await;
    env.publish(&order_cancelled(&late)).await;
    env.publish(&refund(&late, None)).await;
    sold(&env, &order_of(&second, &ticket, 2)).await;
    handover(&service.signed_in(&first), &id).await.refused(401, &["Not authorized"]);
    let _ = handover(&service.signed_in(&second), &id).await.expect(200);
}

#[tokio::test]
async fn refusals_are_checked_in_the_documented_order() {
    let (_env, service) = start().await;
    let (id, seller, _) = deposited(&service).await;
    let required = ["The ticket's code or link is required"];
    deposit(&service.anonymous(), &id, "").await.refused(401, &["Not authorized"]);
    deposit(&seller, &TicketId::new(), "").await.refused(400, &required);
    deposit(&seller, &TicketId::new(), "x").await.refused(404, &["Not Found"]);
    deposit(&service.signed_in(&user()), &id, "x").await.refused(401, &["Not authorized"]);
    handover(&seller, &TicketId::new()).await.refused(404, &["Not Found"]);
    seller.get("/api/tickets/x/handover").await.refused(404, &["Not Found"]);
}
