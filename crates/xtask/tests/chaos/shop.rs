//! A stack of programs and its users.

use std::time::Duration;

use chrono::{DateTime, Utc};
use common::api::orders::{Order, OrderStatus};
use common::api::tickets::Ticket;
use common::api::users::User;
use common::api::{OrderId, TicketId};
use common::clock::Clock;
use common::session::{SessionIssuer, Sessions};
use common::testing::{Client, KEY, Reply, eventually, user};
use ops::audit::audit;
use serde_json::json;
use tempfile::TempDir;
use xtask::build::Programs;
use xtask::stack::{Stack, StackOptions};

/// Longer than anything takes to settle: a payment is reconciled every half minute.
const TIME_LIMIT: Duration = Duration::from_secs(75);

/// A whole stack, and sessions for it.
pub struct Shop {
    pub stack: Stack,
    sessions: SessionIssuer,
    _data: TempDir,
}

impl Shop {
    /// A shop with this hold and this grace period, in seconds.
    pub async fn open(hold: u32, grace: u32) -> Self {
        Self::with(|options| StackOptions { hold_seconds: Some(hold), grace_seconds: Some(grace), ..options }).await
    }

    pub async fn with(change: impl FnOnce(StackOptions) -> StackOptions) -> Self {
        let data = tempfile::tempdir().unwrap();
        let options = StackOptions::new(data.path().to_owned(), Programs::beside_this_one().unwrap());
        let env = [("JWT_KEY", KEY), ("AUTH_RATE_PER_MINUTE", "0"), ("RUST_LOG", "info")];
        let env = env.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let stack = Stack::start(change(StackOptions { env, ..options })).await.unwrap();
        let sessions = SessionIssuer::new(Sessions::new(KEY, Clock::system()), false);
        Self { stack, sessions, _data: data }
    }

    /// A new user, signed in, who goes through the gateway.
    pub fn somebody(&self) -> Client {
        self.client(&user(), &self.stack.url().unwrap())
    }

    /// A user who is signed in at an address.
    pub fn client(&self, user: &User, url: &str) -> Client {
        let cookie = self.sessions.begin(user).unwrap();
        Client::new(url).with_cookie(cookie.name(), cookie.value())
    }

    /// A ticket for 20 dollars by a new seller.
    pub async fn list(&self) -> (Client, Ticket) {
        let seller = self.somebody();
        let ticket = seller.post("/api/tickets", &json!({ "title": "Concert", "price": 20 })).await;
        (seller, ticket.expect(201).read())
    }

    /// A ticket that orders knows.
    pub async fn for_sale(&self) -> (Client, Ticket) {
        let (seller, ticket) = self.list().await;
        eventually("orders knows the ticket", async || {
            // A seller can't buy their own ticket.
            (order(&seller, &ticket.id).await.status == 400).then_some(())
        })
        .await;
        (seller, ticket)
    }

    /// A new user's order, which payments knows.
    pub async fn ordered(&self) -> (Client, Order) {
        let user = user();
        let made = self.ordered_by(&user).await;
        (self.client(&user, &self.stack.url().unwrap()), made)
    }

    /// A user's order, which payments knows.
    pub async fn ordered_by(&self, user: &User) -> Order {
        let (_, ticket) = self.for_sale().await;
        let buyer = self.client(user, &self.stack.url().unwrap());
        let made: Order = order(&buyer, &ticket.id).await.expect(201).read();
        self.payable(&made.id).await;
        made
    }

    /// Waits until payments knows an order: it then refuses a stranger.
    pub async fn payable(&self, order: &OrderId) {
        let stranger = self.somebody();
        eventually("payments knows the order", async || {
            (pay(&stranger, order, "pm_card_visa").await.status == 401).then_some(())
        })
        .await;
    }

    /// Pays an order, and waits until it is complete.
    pub async fn complete(&self, buyer: &Client, order: &OrderId) {
        self.payable(order).await;
        let _ = pay(buyer, order, "pm_card_visa").await.expect(201);
        becomes(buyer, order, OrderStatus::Complete).await;
    }

    pub async fn ticket(&self, id: &TicketId) -> Ticket {
        self.somebody().get(&format!("/api/tickets/{id}")).await.expect(200).read()
    }

    /// Waits until a ticket is held by this order, or by none.
    pub async fn held_by(&self, ticket: &TicketId, order: Option<&OrderId>) {
        eventually("the ticket's order", async || (self.ticket(ticket).await.order_id.as_ref() == order).then_some(()))
            .await;
    }

    /// The broker.
    pub async fn broker(&self) -> common::messaging::Broker {
        let inventory = self.stack.inventory();
        common::messaging::Broker::connect(&inventory.nats.url, inventory.events_prefix.parse().unwrap()).await.unwrap()
    }

    /// A service's database.
    pub async fn database(&self, service: &str) -> mongodb::Database {
        common::mongo::connect(&self.stack.stores.mongo_uri(service)).await.unwrap()
    }

    /// Sends a request to the stand-in for Stripe.
    pub async fn stripe(&self, path: &str, body: &serde_json::Value) -> Reply {
        Client::new(&self.stack.standin().unwrap().url()).post(path, body).await
    }

    /// Fails unless every invariant holds, once everything has settled.
    pub async fn audit(&self) {
        let outcome = audit(&self.stack.inventory().for_operators().unwrap(), TIME_LIMIT).await.unwrap();
        assert!(outcome.findings.is_empty(), "{:#?}\n{:?}", outcome.findings, outcome.notes);
    }
}

pub async fn order(buyer: &Client, ticket: &TicketId) -> Reply {
    buyer.post("/api/orders", &json!({ "ticketId": ticket })).await
}

pub async fn cancel(buyer: &Client, order: &OrderId) -> Reply {
    buyer.delete(&format!("/api/orders/{order}")).await
}

pub async fn pay(buyer: &Client, order: &OrderId, token: &str) -> Reply {
    buyer.post("/api/payments", &json!({ "token": token, "orderId": order })).await
}

pub async fn show(buyer: &Client, order: &OrderId) -> Order {
    buyer.get(&format!("/api/orders/{order}")).await.expect(200).read()
}

/// Waits until an order is complete or cancelled.
pub async fn ended(buyer: &Client, order: &OrderId) -> Order {
    eventually("the order has ended", async || {
        Some(show(buyer, order).await).filter(|order| order.status != OrderStatus::Created)
    })
    .await
}

/// Waits until an order has ended, in this status.
pub async fn becomes(buyer: &Client, order: &OrderId, status: OrderStatus) {
    assert_eq!(ended(buyer, order).await.status, status);
}

/// Waits until a point in time.
pub async fn at(time: DateTime<Utc>) {
    let wait = (time - Clock::system().now()).to_std().unwrap_or_default();
    tokio::time::sleep(wait).await;
}
