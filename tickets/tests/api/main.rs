//! Tests the tickets service over HTTP and events, with real stores.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod bad_input;
mod create;
mod description;
mod handover;
mod hang_up;
mod list;
mod listeners;
mod outbox;
mod recovery;
mod search;
mod selling;
mod show;
mod sold;
mod update;
mod withdraw;
mod words;

use common::{
    api::{TicketId, tickets::Ticket, users::User},
    events::{HeldTicket, OrderCreated},
    testing::{Service, TestEnv, order_created, user},
};
use serde_json::json;

/// The service with stores of its own.
async fn start() -> (TestEnv, Service) {
    let env = TestEnv::new().await;
    let service = start_in(&env).await;
    (env, service)
}

async fn start_in(env: &TestEnv) -> Service {
    env.run(tickets::start).await
}

/// A ticket, listed by `seller`.
async fn list(service: &Service, seller: &User, title: &str) -> Ticket {
    let body = json!({ "title": title, "price": 20 });
    service.signed_in(seller).post("/api/tickets", &body).await.expect(201).read()
}

async fn listed(service: &Service) -> Ticket {
    list(service, &user(), "Concert").await
}

async fn show(service: &Service, id: &TicketId) -> Ticket {
    service.anonymous().get(&format!("/api/tickets/{id}")).await.expect(200).read()
}

/// The creation of the `sequence`th order on a ticket.
fn order(ticket: &Ticket, sequence: i64) -> OrderCreated {
    let (id, title, price, about) = (ticket.id.clone(), ticket.title.clone(), ticket.price, ticket.about.clone());
    let order = order_created("20", "2026-01-01T00:15:00Z".parse().unwrap());
    OrderCreated { ticket: HeldTicket { id, title, price, sequence, about }, ..order }
}
