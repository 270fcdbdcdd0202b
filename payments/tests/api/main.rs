//! Tests the payments service over HTTP and events, with real stores and the stand-in
//! for Stripe.

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

use bson::Document;
use chrono::{DateTime, TimeDelta, Utc};
use common::{
    api::{OrderId, users::User},
    events::{ExpirationComplete, OrderCancelled, OrderCreated},
    testing::{Client, Reply, Service, TestEnv, eventually, order_cancelled, order_created, user},
};
use mongodb::Collection;
use serde_json::json;
use stripe_standin::{LedgerEntry, Options, StripeStandin, Webhook};

const WEBHOOK_SECRET: &str = "whsec_for_tests";

/// The service with stores and a Stripe stand-in of its own.
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

    /// Has Stripe send its webhook events to the service.
    fn with_webhooks(self) -> Self {
        let url = format!("{}/api/payments/webhook", self.service.url);
        self.stripe.set_webhook(Some(Webhook::new(url, WEBHOOK_SECRET)));
        self
    }

    /// Another replica of the service.
    async fn replica(&self) -> Service {
        start_in(&self.env).await
    }

    /// An order for 20 dollars by a new buyer that the service has received.
    async fn order(&self) -> Ordered {
        self.order_at("20").await
    }

    async fn order_at(&self, price: &str) -> Ordered {
        let ordered = Ordered::new(price, self.env.clock.now() + TimeDelta::minutes(15));
        self.env.publish(&ordered.event).await;
        self.known(&ordered).await;
        ordered
    }

    /// Waits until the service has received an order: it then refuses a stranger.
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

    /// Pays as the order's buyer with a payment method.
    async fn pay(&self, ordered: &Ordered, token: &str) -> Reply {
        pay(&self.buyer(ordered), &ordered.event.id, token).await
    }

    /// Moves the clock past an order's expiry and publishes it.
    async fn expire(&self, ordered: &Ordered) {
        self.env.clock.advance(TimeDelta::minutes(15));
        self.env.publish(&ordered.expired()).await;
    }

    /// An order's intents in Stripe's ledger.
    fn ledger(&self, ordered: &Ordered) -> Vec<LedgerEntry> {
        let id = ordered.event.id.to_string();
        self.stripe.ledger().intents.into_iter().filter(|intent| intent.metadata.get("order_id") == Some(&id)).collect()
    }

    /// The cents that Stripe has captured and refunded for an order.
    fn money(&self, ordered: &Ordered) -> (i64, i64) {
        let ledger = self.ledger(ordered);
        (ledger.iter().map(|intent| intent.captured).sum(), ledger.iter().map(|intent| intent.refunded).sum())
    }

    /// The service's payment documents.
    async fn payments(&self) -> Collection<Document> {
        self.env.collection("payments").await
    }

    /// Waits until an order's money is captured and refunded.
    async fn refunded(&self, ordered: &Ordered) {
        eventually("the money is refunded", async || {
            let (captured, refunded) = self.money(ordered);
            (captured > 0 && captured == refunded).then_some(())
        })
        .await;
    }
}

async fn start_in(env: &TestEnv) -> Service {
    env.run(payments::start).await
}

async fn pay(client: &Client, order: &OrderId, token: &str) -> Reply {
    client.post("/api/payments", &json!({ "token": token, "orderId": order })).await
}

/// An order and its buyer.
struct Ordered {
    event: OrderCreated,
    buyer: User,
}

impl Ordered {
    fn new(price: &str, expires_at: DateTime<Utc>) -> Self {
        let buyer = user();
        Self { event: OrderCreated { user_id: buyer.id.clone(), ..order_created(price, expires_at) }, buyer }
    }

    /// The event that expiration publishes when the order has expired.
    fn expired(&self) -> ExpirationComplete {
        ExpirationComplete { order_id: self.event.id.clone() }
    }

    fn cancelled(&self) -> OrderCancelled {
        order_cancelled(&self.event)
    }
}
