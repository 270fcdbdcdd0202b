//! The aggregate of this service.

use std::time::Duration;

use bson::{Bson, RawDocument, RawDocumentBuf, doc};
use common::{
    api::{OrderId, PaymentId, Price, Version, price},
    clock::Clock,
    events::{PaidTicket, PaymentClosed, PaymentCreated, PaymentRefunded},
    messaging::{Broker, Outbox, OutboxEvent, Relay},
    mongo::{decode_or_report, is_duplicate_key},
};
use futures::TryStreamExt;
use mongodb::{Collection, Database, IndexModel, error::Error, options::IndexOptions};
use serde::{Deserialize, Serialize};

use crate::gateway::Attempt;

/// How long after its last look an open payment is looked at again.
const RECONCILE_INTERVAL: Duration = Duration::from_secs(30);
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
    /// How often Stripe has failed at it, or has cancelled its intent.
    pub failures: i64,
    /// Whether the order's time is over: nothing begins any more, and what is
    /// open is to be called off.
    #[serde(default)]
    pub closing: bool,
    /// When to look whether the verdict that closing owes has been told. Replicas
    /// of before it was kept know nothing of verdicts, and leave it alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    verdict_at: Option<bson::DateTime>,
    /// How many cents have been given back while it stayed paid.
    #[serde(default)]
    pub refunded_cents: i64,
    /// When the payment is to be compared with Stripe again; never, while
    /// there is nothing to expect.
    #[serde(rename = "lookAt")]
    reconcile_at: Option<bson::DateTime>,
    /// Read by the relay alone, event by event.
    outbox: Vec<Bson>,
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
    /// Whether orders waits to be told that it is closed.
    #[must_use]
    pub fn owes_verdict(&self) -> bool {
        self.verdict_at.is_some()
    }

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
        let by_intent = IndexModel::builder().keys(doc! { "stripeId": 1 }).build();
        let sparse = IndexOptions::builder().sparse(true).build();
        let owed = IndexModel::builder().keys(doc! { "verdictAt": 1 }).options(sparse).build();
        collection.create_indexes([one_per_order, due, owed, by_intent, Relay::index()]).await?;
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

    /// The order whose payment an intent is.
    pub async fn order_of(&self, stripe_id: &str) -> Result<Option<OrderId>, Error> {
        Ok(self.collection.find_one(doc! { "stripeId": stripe_id }).await?.map(|payment| payment.order_id))
    }

    /// The payment of an order, begun now unless it was before.
    pub async fn begin(&self, order: &OrderId, amount: Price) -> Result<PaymentDocument, Error> {
        let reconcile_at = Some((self.clock.now() + RECONCILE_INTERVAL).into());
        let payment = PaymentDocument { reconcile_at, ..new_payment(order, amount) };
        match self.collection.insert_one(&payment).await {
            Ok(_) => Ok(payment),
            Err(error) if is_duplicate_key(&error) => {
                let earlier = self.find(order).await?;
                earlier.ok_or_else(|| Error::custom(format!("order {order}'s payment is gone")))
            }
            Err(error) => Err(error),
        }
    }

    /// Closes an order for payment, as its time is over: at once if nobody has
    /// begun to pay, else as soon as the payment has been settled with Stripe.
    /// This one document decides: it tells either that the order is paid or that
    /// it is closed. Closing again changes nothing.
    pub async fn close(&self, order: &OrderId, amount: Price) -> Result<(), Error> {
        let mut closed =
            PaymentDocument { state: PaymentState::Cancelled, closing: true, ..new_payment(order, amount) };
        closed.outbox.push(self.closed(order).into());
        match self.collection.insert_one(&closed).await {
            Ok(_) => {}
            Err(error) if is_duplicate_key(&error) => self.close_begun(order).await?,
            Err(error) => return Err(error),
        }
        self.outbox.wake();
        Ok(())
    }

    async fn close_begun(&self, order: &OrderId) -> Result<(), Error> {
        let now = bson::DateTime::from(self.clock.now());
        let open = doc! { "orderId": order, "state": PaymentState::Open.as_str() };
        let call_off =
            doc! { "$set": { "closing": true, "lookAt": now, "verdictAt": now }, "$inc": { "version": 1_i64 } };
        self.collection.update_one(open, call_off).await?;
        // Its order was cancelled, or its intent was at a time when that was final.
        let ended = doc! { "orderId": order, "state": PaymentState::Cancelled.as_str(), "closing": { "$ne": true } };
        let tell = doc! {
            "$set": { "closing": true },
            "$inc": { "version": 1_i64 },
            "$push": { "outbox": self.closed(order) },
        };
        self.collection.update_one(ended, tell).await.map(drop)
    }

    fn closed(&self, order: &OrderId) -> OutboxEvent {
        OutboxEvent::new(&PaymentClosed { order_id: order.clone() }, self.clock.now())
    }

    /// Notes which `PaymentIntent` is the payment's, and gives the one that is:
    /// the first that anybody noted and that has not been replaced. `None` if
    /// this one has been.
    pub async fn assign(&self, payment: &PaymentDocument, stripe_id: &str) -> Result<Option<String>, Error> {
        let unassigned = doc! { "_id": &payment.id, "stripeId": null, "replaced": { "$ne": stripe_id } };
        self.collection.update_one(unassigned, doc! { "$set": { "stripeId": stripe_id } }).await?;
        Ok(self.find(&payment.order_id).await?.and_then(|payment| payment.stripe_id))
    }

    /// Gives up an intent that was cancelled at Stripe: the next attempt makes
    /// another. `None` if the payment has changed since it was read.
    pub async fn replace(&self, payment: &PaymentDocument, stripe_id: &str) -> Result<Option<PaymentDocument>, Error> {
        let version = payment.version.next();
        let unchanged = doc! { "_id": &payment.id, "version": payment.version, "stripeId": stripe_id };
        let change = doc! {
            "$set": { "version": version, "stripeId": null },
            // Under the old keys Stripe would repeat its answer for the old intent.
            "$inc": { "failures": 1_i64 },
            "$addToSet": { "replaced": stripe_id },
        };
        let written = self.collection.update_one(unchanged, change).await?.matched_count == 1;
        let failures = payment.failures + 1;
        Ok(written.then(|| PaymentDocument { version, stripe_id: None, failures, ..payment.clone() }))
    }

    /// Notes that Stripe has failed at an order's payment.
    pub async fn count_failure(&self, order: &OrderId) -> Result<(), Error> {
        let change = doc! { "$inc": { "failures": 1_i64 } };
        self.collection.update_one(doc! { "orderId": order }, change).await.map(drop)
    }

    /// Notes that a payment for a ticket has succeeded, and tells. Nothing is to
    /// be expected then, unless there is `more` to do. `None` if the payment has
    /// changed since it was read.
    pub async fn succeed(
        &self,
        payment: &PaymentDocument,
        stripe_id: &str,
        ticket: Option<PaidTicket>,
        more: bool,
    ) -> Result<Option<PaymentDocument>, Error> {
        let (id, order_id) = (payment.id.clone(), payment.order_id.clone());
        let event = PaymentCreated { id, order_id, stripe_id: stripe_id.into(), ticket };
        let event = OutboxEvent::new(&event, self.clock.now());
        if more {
            let succeeded = PaymentDocument { state: PaymentState::Succeeded, ..payment.clone() };
            return self.write(payment, succeeded, Some(event)).await;
        }
        self.conclude(payment, PaymentState::Succeeded, Some(event)).await
    }

    /// Notes that a payment has been given back, and tells. `None` if the
    /// payment has changed since it was read.
    pub async fn refund(&self, payment: &PaymentDocument, stripe_id: &str) -> Result<Option<PaymentDocument>, Error> {
        let (id, order_id) = (payment.id.clone(), payment.order_id.clone());
        let event = PaymentRefunded { id, order_id, stripe_id: stripe_id.into(), amount: None };
        let event = OutboxEvent::new(&event, self.clock.now());
        self.conclude(payment, PaymentState::Refunded, Some(event)).await
    }

    /// Notes that `part` of a payment has been given back so far, and tells.
    /// `None` if the payment has changed since it was read.
    pub async fn refund_part(
        &self,
        payment: &PaymentDocument,
        stripe_id: &str,
        part: Price,
    ) -> Result<Option<PaymentDocument>, Error> {
        let (id, order_id) = (payment.id.clone(), payment.order_id.clone());
        let event = PaymentRefunded { id, order_id, stripe_id: stripe_id.into(), amount: Some(part) };
        let event = OutboxEvent::new(&event, self.clock.now());
        let refunded_cents = part.cents();
        let refunded = PaymentDocument { refunded_cents, reconcile_at: None, verdict_at: None, ..payment.clone() };
        self.write(payment, refunded, Some(event)).await
    }

    /// Notes that nothing was paid and nothing can be, and tells if that ends
    /// its order. `None` if the payment has changed since it was read.
    pub async fn cancel(&self, payment: &PaymentDocument) -> Result<Option<PaymentDocument>, Error> {
        let event = payment.closing.then(|| self.closed(&payment.order_id));
        self.conclude(payment, PaymentState::Cancelled, event).await
    }

    /// Stops looking at a payment, until somebody asks for it. `None` if the
    /// payment has changed since it was read.
    pub async fn rest(&self, payment: &PaymentDocument) -> Result<Option<PaymentDocument>, Error> {
        self.conclude(payment, payment.state, None).await
    }

    /// Schedules the payment of an order, if there is one, to be settled at once.
    /// Its version changes: whoever is settling it right now starts over.
    pub async fn reconcile_now(&self, order: &OrderId) -> Result<(), Error> {
        let unfinished = [PaymentState::Open, PaymentState::Succeeded].map(PaymentState::as_str);
        let change =
            doc! { "$set": { "lookAt": bson::DateTime::from(self.clock.now()) }, "$inc": { "version": 1_i64 } };
        let payment = doc! { "orderId": order, "state": { "$in": unfinished.to_vec() } };
        self.collection.update_one(payment, change).await.map(drop)
    }

    /// Payments that are due to be looked at. Each is put off at once, so that
    /// other replicas leave it alone for a while, and after a crash somebody
    /// looks again. One that can't be read is put off as well, and keeps nobody
    /// from being looked at.
    pub async fn due(&self) -> Result<Vec<PaymentDocument>, Error> {
        let now = self.clock.now();
        let later = bson::DateTime::from(now + RECONCILE_INTERVAL);
        // What is put off by more than anybody does was put off by a clock that is ahead.
        let far = bson::DateTime::from(now + 2 * RECONCILE_INTERVAL);
        let now = bson::DateTime::from(now);
        let due = [
            doc! { "lookAt": { "$lte": now } },
            doc! { "lookAt": { "$gt": far } },
            doc! { "verdictAt": { "$lte": now } },
            doc! { "verdictAt": { "$gt": far } },
        ];
        let due = doc! { "$or": due.to_vec() };
        let documents = self.collection.clone_with_type::<RawDocumentBuf>();
        let due: Vec<_> = documents.find(due).limit(BATCH).await?.try_collect().await?;
        let mut mine = Vec::with_capacity(due.len());
        for document in due {
            match decode_or_report::<PaymentDocument>(&document, self.collection.name()) {
                Some(payment) => mine.extend(self.defer(&payment, later).await?),
                None => self.put_off(&document, later).await?,
            }
        }
        Ok(mine)
    }

    async fn put_off(&self, document: &RawDocument, later: bson::DateTime) -> Result<(), Error> {
        let id = document.get("_id").ok().flatten().and_then(|id| Bson::try_from(id).ok());
        let put_off = doc! { "$set": { "lookAt": later }, "$unset": { "verdictAt": 1 } };
        self.collection.update_one(doc! { "_id": id }, put_off).await.map(drop)
    }

    async fn defer(&self, payment: &PaymentDocument, later: bson::DateTime) -> Result<Option<PaymentDocument>, Error> {
        let verdict_at = payment.verdict_at.map(|_| later);
        self.write(payment, PaymentDocument { reconcile_at: Some(later), verdict_at, ..payment.clone() }, None).await
    }

    /// Brings a payment to a state in which nothing is left to do or to tell.
    async fn conclude(
        &self,
        from: &PaymentDocument,
        state: PaymentState,
        event: Option<OutboxEvent>,
    ) -> Result<Option<PaymentDocument>, Error> {
        self.write(from, PaymentDocument { state, reconcile_at: None, verdict_at: None, ..from.clone() }, event).await
    }

    /// Writes the next version of a payment, and the event that tells of it.
    /// Nothing, if somebody else was faster.
    async fn write(
        &self,
        from: &PaymentDocument,
        to: PaymentDocument,
        event: Option<OutboxEvent>,
    ) -> Result<Option<PaymentDocument>, Error> {
        let to = PaymentDocument { version: from.version.next(), ..to };
        let mut change = doc! { "$set": {
            "version": to.version,
            "state": to.state.as_str(),
            "lookAt": to.reconcile_at,
            "refundedCents": to.refunded_cents,
        } };
        match to.verdict_at {
            Some(at) => drop(change.get_document_mut("$set").map(|set| set.insert("verdictAt", at))),
            // Its index has entries only for what owes one.
            None => drop(change.insert("$unset", doc! { "verdictAt": 1 })),
        }
        if let Some(event) = event {
            change.insert("$push", doc! { "outbox": event });
        }
        let unchanged = doc! { "_id": &from.id, "version": from.version };
        let written = self.collection.update_one(unchanged, change).await?.matched_count == 1;
        self.outbox.wake();
        Ok(written.then_some(to))
    }
}

/// An open payment that nobody looks at yet.
fn new_payment(order: &OrderId, amount: Price) -> PaymentDocument {
    PaymentDocument {
        id: PaymentId::new(),
        version: Version(0),
        order_id: order.clone(),
        amount,
        state: PaymentState::Open,
        stripe_id: None,
        failures: 0,
        closing: false,
        verdict_at: None,
        refunded_cents: 0,
        reconcile_at: None,
        outbox: Vec::new(),
    }
}
