//! The tickets service, over HTTP and events, against real stores.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod bad_input;
mod create;
mod hang_up;
mod list;
mod listeners;
mod outbox;
mod recovery;
mod show;
mod sold;
mod update;
mod words;

use common::{
    api::{OrderId, PaymentId, Price, TicketId, UserId, Version, orders::OrderStatus, tickets::Ticket, users::User},
    events::{CancelledTicket, HeldTicket, OrderCancelled, OrderCreated, PaidTicket, PaymentCreated},
    testing::{Service, TestEnv, user},
};
use serde_json::json;
use tickets::{AppState, Config};

/// The service in surroundings of its own.
async fn start() -> (TestEnv, Service) {
    let env = TestEnv::new().await;
    let service = start_in(&env).await;
    (env, service)
}

async fn start_in(env: &TestEnv) -> Service {
    let config = Config::from_env(env.env()).unwrap();
    let state = AppState::connect(&config, env.clock.clone()).await.unwrap();
    env.start(tickets::app(state)).await
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
    OrderCreated {
        id: OrderId::new(),
        version: Version(0),
        status: OrderStatus::Created,
        user_id: UserId::new(),
        expires_at: "2026-01-01T00:15:00Z".parse().unwrap(),
        ticket: HeldTicket {
            id: ticket.id.clone(),
            title: Some(ticket.title.clone()),
            price: Price::from_cents(2000).unwrap(),
            sequence,
        },
    }
}

fn cancelled(order: &OrderCreated) -> OrderCancelled {
    let ticket = CancelledTicket { id: order.ticket.id.clone(), sequence: order.ticket.sequence };
    OrderCancelled { id: order.id.clone(), version: Version(1), ticket }
}

fn paid(order: &OrderCreated) -> PaymentCreated {
    let ticket = PaidTicket { id: order.ticket.id.clone(), sequence: order.ticket.sequence };
    PaymentCreated { id: PaymentId::new(), order_id: order.id.clone(), stripe_id: "pi_1".into(), ticket: Some(ticket) }
}
