//! The aggregate of this service.

use std::time::Duration;

use bson::doc;
use chrono::{DateTime, Utc};
use common::{
    api::{OrderId, PaymentId, Price, Version, price},
    clock::Clock,
    events::{PaidTicket, PaymentCreated, PaymentRefunded},
    messaging::{Broker, Outbox, Pending, Relay},
    mongo::is_duplicate_key,
};
use futures::TryStreamExt;
use mongodb::{Collection, Database, IndexModel, error::Error, options::IndexOptions};
use serde::{Deserialize, Serialize};

use crate::gateway::Attempt;

/// How long after its last look an open payment is looked at again.
const LOOK_AGAIN: Duration = Duration::from_secs(30);
/// Payments looked at in one go.
const BATCH: i64 = 64;

/// The service's payments. Cheap to clone.
#[derive(Clone)]
pub struct Payments {
    collection: Collection<PaymentDocument>,
    outbox: Outbox,
    clock: Clock,
}

/// A payment as it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentDocument {
    /// Its identifier.
    #[serde(rename = "_id")]
    pub id: PaymentId,
    version: Version,
    /// The order, which has this payment and no other.
    pub order_id: OrderId,
    /// What is to be paid.
    #[serde(with = "price::cents")]
    pub amount: Price,
    /// How far it has come.
    pub state: PaymentState,
    /// Stripe's `PaymentIntent`, known before it is confirmed for the first time.
    pub stripe_id: Option<String>,
    /// How often Stripe has failed at it.
    pub failures: i64,
    /// When the payment is to be compared with Stripe again; never, while
    /// there is nothing to expect.
    look_at: Option<bson::DateTime>,
    outbox: Vec<Pending>,
}

/// How far a payment has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PaymentState {
    /// Nothing is paid.
    Open,
    /// Paid.
    Succeeded,
    /// Nothing was paid and nothing can be any more.
    Cancelled,
    /// Paid and given back.
    Refunded,
}

impl PaymentDocument {
    /// What the next request to Stripe is part of.
    #[must_use]
    pub fn attempt(&self) -> Attempt<'_> {
        Attempt { order: &self.order_id, failures: self.failures }
    }
}

impl PaymentState {
    fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Succeeded => "succeeded",
            Self::Cancelled => "cancelled",
            Self::Refunded => "refunded",
        }
    }
}

impl Payments {
    /// Opens the collection and creates its indexes.
    pub async fn open(database: &Database, clock: Clock) -> Result<Self, Error> {
        let collection = database.collection("payments");
        let unique = IndexOptions::builder().unique(true).build();
        let one_per_order = IndexModel::builder().keys(doc! { "orderId": 1 }).options(unique).build();
        let due = IndexModel::builder().keys(doc! { "lookAt": 1 }).build();
        collection.create_indexes([one_per_order, due, Relay::index()]).await?;
        Ok(Self { collection, outbox: Outbox::default(), clock })
    }

    /// What publishes the payments' events.
    #[must_use]
    pub fn relay(&self, broker: Broker) -> Relay {
        Relay::new(&self.collection, broker, self.outbox.clone())
    }

    /// The payment of an order.
    pub async fn find(&self, order: &OrderId) -> Result<Option<PaymentDocument>, Error> {
        self.collection.find_one(doc! { "orderId": order }).await
    }

    /// The payment of an order, begun now unless it was before.
    pub async fn begin(&self, order: &OrderId, amount: Price) -> Result<PaymentDocument, Error> {
        let payment = PaymentDocument {
            id: PaymentId::new(),
            version: Version(0),
            order_id: order.clone(),
            amount,
            state: PaymentState::Open,
            stripe_id: None,
            failures: 0,
            look_at: Some((self.clock.now() + LOOK_AGAIN).into()),
            outbox: Vec::new(),
        };
        match self.collection.insert_one(&payment).await {
            Ok(_) => Ok(payment),
            Err(error) if is_duplicate_key(&error) => {
                let earlier = self.find(order).await?;
                earlier.ok_or_else(|| Error::custom(format!("order {order}'s payment is gone")))
            }
            Err(error) => Err(error),
        }
    }

    /// Notes which `PaymentIntent` is the payment's, and gives the one that is:
    /// the first that anybody noted.
    pub async fn assign(&self, payment: &PaymentDocument, stripe_id: &str) -> Result<String, Error> {
        let unassigned = doc! { "_id": &payment.id, "stripeId": null };
        self.collection.update_one(unassigned, doc! { "$set": { "stripeId": stripe_id } }).await?;
        let assigned = self.find(&payment.order_id).await?.and_then(|payment| payment.stripe_id);
        assigned.ok_or_else(|| Error::custom(format!("payment {} has no intent", payment.id)))
    }

    /// Notes that Stripe has failed at an order's payment.
    pub async fn count_failure(&self, order: &OrderId) -> Result<(), Error> {
        let change = doc! { "$inc": { "failures": 1_i64 } };
        self.collection.update_one(doc! { "orderId": order }, change).await.map(drop)
    }

    /// Notes that a payment for a ticket has succeeded, and tells. `None` if
    /// the payment has changed since it was read.
    pub async fn succeed(
        &self,
        payment: &PaymentDocument,
        stripe_id: &str,
        ticket: Option<PaidTicket>,
    ) -> Result<Option<PaymentDocument>, Error> {
        let (id, order_id) = (payment.id.clone(), payment.order_id.clone());
        let event = PaymentCreated { id, order_id, stripe_id: stripe_id.into(), ticket };
        let event = Pending::new(&event, self.clock.now());
        self.advance(payment, PaymentState::Succeeded, payment.look_at, Some(event)).await
    }

    /// Notes that a payment has been given back, and tells. `None` if the
    /// payment has changed since it was read.
    pub async fn refund(&self, payment: &PaymentDocument, stripe_id: &str) -> Result<Option<PaymentDocument>, Error> {
        let (id, order_id) = (payment.id.clone(), payment.order_id.clone());
        let event = PaymentRefunded { id, order_id, stripe_id: stripe_id.into() };
        let event = Pending::new(&event, self.clock.now());
        self.advance(payment, PaymentState::Refunded, None, Some(event)).await
    }

    /// Notes that nothing was paid and nothing can be. `None` if the payment
    /// has changed since it was read.
    pub async fn cancel(&self, payment: &PaymentDocument) -> Result<Option<PaymentDocument>, Error> {
        self.advance(payment, PaymentState::Cancelled, None, None).await
    }

    /// Stops looking at a payment, until somebody asks for it. `None` if the
    /// payment has changed since it was read.
    pub async fn rest(&self, payment: &PaymentDocument) -> Result<Option<PaymentDocument>, Error> {
        self.advance(payment, payment.state, None, None).await
    }

    /// Has the payment of an order, if there is one, looked at at once. Whoever
    /// works on it right now notices, as its version changes.
    pub async fn look_at(&self, order: &OrderId) -> Result<(), Error> {
        let unfinished = [PaymentState::Open, PaymentState::Succeeded].map(PaymentState::as_str);
        let change =
            doc! { "$set": { "lookAt": bson::DateTime::from(self.clock.now()) }, "$inc": { "version": 1_i64 } };
        let payment = doc! { "orderId": order, "state": { "$in": unfinished.to_vec() } };
        self.collection.update_one(payment, change).await.map(drop)
    }

    /// Payments that are due to be looked at. Each is put off at once, so that
    /// other replicas leave it alone for a while, and after a crash somebody
    /// looks again.
    pub async fn due(&self) -> Result<Vec<PaymentDocument>, Error> {
        let now = self.clock.now();
        let due = doc! { "lookAt": { "$lte": bson::DateTime::from(now) } };
        let due: Vec<PaymentDocument> = self.collection.find(due).limit(BATCH).await?.try_collect().await?;
        let mut mine = Vec::with_capacity(due.len());
        for payment in due {
            let later = Some(DateTime::<Utc>::into(now + LOOK_AGAIN));
            mine.extend(self.advance(&payment, payment.state, later, None).await?);
        }
        Ok(mine)
    }

    async fn advance(
        &self,
        from: &PaymentDocument,
        state: PaymentState,
        look_at: Option<bson::DateTime>,
        event: Option<Pending>,
    ) -> Result<Option<PaymentDocument>, Error> {
        let to = PaymentDocument { version: from.version.next(), state, look_at, ..from.clone() };
        let mut change = doc! { "$set": { "version": to.version, "state": state.as_str(), "lookAt": look_at } };
        if let Some(event) = event {
            change.insert("$push", doc! { "outbox": event });
        }
        let unchanged = doc! { "_id": &from.id, "version": from.version };
        let written = self.collection.update_one(unchanged, change).await?.matched_count == 1;
        self.outbox.wake();
        Ok(written.then_some(to))
    }
}
