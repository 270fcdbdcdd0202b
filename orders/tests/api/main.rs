//! Tests the orders service over HTTP and events, with real stores.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod cancel;
mod create;
mod description;
mod list;
mod listeners;
mod race;
mod recovery;
mod show;

use common::{
    api::{OrderId, PaymentId, TicketId, orders::Order, users::User},
    events::{PaymentClosed, PaymentCreated, PaymentRefunded, TicketCreated},
    testing::{Client, Service, TestEnv, eventually, order_created, payment_created, ticket_created, user},
};
use serde_json::json;

/// The service with stores of its own.
async fn start() -> (TestEnv, Service) {
    let env = TestEnv::new().await;
    let service = start_in(&env).await;
    (env, service)
}

async fn start_in(env: &TestEnv) -> Service {
    env.run(orders::start).await
}

/// A ticket for 20 dollars that the service has received.
async fn ticket(env: &TestEnv, service: &Service) -> TicketCreated {
    let ticket = ticket_created("20");
    env.publish(&ticket).await;
    known(service, &ticket).await;
    ticket
}

/// Waits until the service has received a ticket. The seller's attempt to buy it shows
/// that without changing anything.
async fn known(service: &Service, ticket: &TicketCreated) {
    let seller = User { id: ticket.user_id.clone(), email: "seller@example.com".into() };
    let seller = service.signed_in(&seller);
    eventually("the ticket is known", async || (order(&seller, &ticket.id).await.status == 400).then_some(())).await;
}

async fn order(client: &Client, ticket: &TicketId) -> common::testing::Reply {
    client.post("/api/orders", &json!({ "ticketId": ticket })).await
}

async fn ordered(client: &Client, ticket: &TicketId) -> Order {
    order(client, ticket).await.expect(201).read()
}

/// The service, a ticket, and a buyer with an order on it.
async fn on_hold() -> (TestEnv, Service, TicketCreated, Client, Order) {
    let (env, service) = start().await;
    let ticket = ticket(&env, &service).await;
    let client = buyer(&service);
    let made = ordered(&client, &ticket.id).await;
    (env, service, ticket, client, made)
}

async fn show(client: &Client, id: &OrderId) -> Order {
    client.get(&format!("/api/orders/{id}")).await.expect(200).read()
}

/// The event that payments publishes about an order that was not paid in time.
fn expired(order: &Order) -> PaymentClosed {
    PaymentClosed { order_id: order.id.clone() }
}

fn paid(order: &Order) -> PaymentCreated {
    PaymentCreated { order_id: order.id.clone(), ..payment_created(&order_created("20", order.expires_at)) }
}

fn refunded(order: &Order, amount: Option<&str>) -> PaymentRefunded {
    let amount = amount.map(|amount| amount.parse().unwrap());
    PaymentRefunded { id: PaymentId::new(), order_id: order.id.clone(), stripe_id: "pi_1".into(), amount, ticket: None }
}

/// A buyer, signed in.
fn buyer(service: &Service) -> Client {
    service.signed_in(&user())
}
