//! The payments service, over HTTP and events, against real stores and the
//! stand-in for Stripe.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod closing;
mod config;
mod create;
mod dashboard;
mod description;
mod listeners;
mod outcomes;
mod prices;
mod race;
mod recovery;
mod webhook;

use chrono::{DateTime, TimeDelta, Utc};
use common::{
    api::{OrderId, Price, TicketId, Version, orders::OrderStatus, users::User},
    events::{CancelledTicket, ExpirationComplete, HeldTicket, OrderCancelled, OrderCreated},
    testing::{Client, Reply, Service, TestEnv, eventually, user},
};
use payments::{AppState, Config};
use serde_json::json;
use stripe_standin::{LedgerEntry, Options, StripeStandin, Webhook};

const WEBHOOK_SECRET: &str = "whsec_for_tests";

/// The service in surroundings of its own, with a Stripe of its own.
struct Shop {
    env: TestEnv,
    stripe: StripeStandin,
    service: Service,
}

impl Shop {
    async fn open() -> Self {
        Self::open_with(Options::default()).await
    }

    async fn open_with(options: Options) -> Self {
        let stripe = StripeStandin::start(options).await.unwrap();
        let env = TestEnv::new()
            .await
            .with("STRIPE_KEY", "sk_test_1")
            .with("STRIPE_PUBLISHABLE_KEY", "pk_test_1")
            .with("STRIPE_WEBHOOK_SECRET", WEBHOOK_SECRET)
            .with("STRIPE_API_BASE", &stripe.url());
        let service = start_in(&env).await;
        Self { env, stripe, service }
    }

    /// Has Stripe tell the service what happens.
    fn with_webhooks(self) -> Self {
        let url = format!("{}/api/payments/webhook", self.service.url);
        self.stripe.set_webhook(Some(Webhook::new(url, WEBHOOK_SECRET)));
        self
    }

    /// Another replica of the service.
    async fn replica(&self) -> Service {
        start_in(&self.env).await
    }

    /// An order for 20 dollars by somebody new that the service has heard of.
    async fn order(&self) -> Ordered {
        self.order_at("20").await
    }

    async fn order_at(&self, price: &str) -> Ordered {
        let ordered = Ordered::new(price, self.env.clock.now() + TimeDelta::minutes(15));
        self.env.publish(&ordered.event).await;
        self.known(&ordered).await;
        ordered
    }

    /// Waits until the service knows an order: it refuses a stranger then.
    async fn known(&self, ordered: &Ordered) {
        let stranger = self.service.signed_in(&user());
        eventually("the order is known", async || {
            let reply = pay(&stranger, &ordered.event.id, "pm_card_visa").await;
            (reply.status == 401).then_some(())
        })
        .await;
    }

    fn buyer(&self, ordered: &Ordered) -> Client {
        self.service.signed_in(&ordered.buyer)
    }

    /// Has the order's buyer pay with a payment method.
    async fn pay(&self, ordered: &Ordered, token: &str) -> Reply {
        pay(&self.buyer(ordered), &ordered.event.id, token).await
    }

    /// Waits for the end of an order's time, and says so.
    async fn expire(&self, ordered: &Ordered) {
        self.env.clock.advance(TimeDelta::minutes(15));
        self.env.publish(&ordered.expired()).await;
    }

    /// What Stripe knows of an order's intents.
    fn ledger(&self, ordered: &Ordered) -> Vec<LedgerEntry> {
        let id = ordered.event.id.to_string();
        self.stripe.ledger().intents.into_iter().filter(|intent| intent.metadata.get("order_id") == Some(&id)).collect()
    }

    /// What Stripe has captured and given back for an order, in cents.
    fn money(&self, ordered: &Ordered) -> (i64, i64) {
        let ledger = self.ledger(ordered);
        (ledger.iter().map(|intent| intent.captured).sum(), ledger.iter().map(|intent| intent.refunded).sum())
    }

    /// Waits until an order's money has come and gone.
    async fn given_back(&self, ordered: &Ordered) {
        eventually("the money is given back", async || {
            let (captured, refunded) = self.money(ordered);
            (captured > 0 && captured == refunded).then_some(())
        })
        .await;
    }
}

async fn start_in(env: &TestEnv) -> Service {
    let config = Config::from_env(env.env()).unwrap();
    let state = AppState::connect(&config, env.clock.clone()).await.unwrap();
    env.start(payments::app(state)).await
}

async fn pay(client: &Client, order: &OrderId, token: &str) -> Reply {
    client.post("/api/payments", &json!({ "token": token, "orderId": order })).await
}

/// An order and who made it.
struct Ordered {
    event: OrderCreated,
    buyer: User,
}

impl Ordered {
    fn new(price: &str, expires_at: DateTime<Utc>) -> Self {
        let buyer = user();
        let price = price.parse::<Price>().unwrap();
        let ticket = HeldTicket { id: TicketId::new(), title: Some("Concert".into()), price, sequence: 3 };
        let event = OrderCreated {
            id: OrderId::new(),
            version: Version(0),
            status: OrderStatus::Created,
            user_id: buyer.id.clone(),
            expires_at,
            ticket,
        };
        Self { event, buyer }
    }

    /// What expiration says when the order's time is over.
    fn expired(&self) -> ExpirationComplete {
        ExpirationComplete { order_id: self.event.id.clone() }
    }

    fn cancelled(&self) -> OrderCancelled {
        let ticket = CancelledTicket { id: self.event.ticket.id.clone(), sequence: self.event.ticket.sequence };
        OrderCancelled { id: self.event.id.clone(), version: Version(1), ticket }
    }
}
