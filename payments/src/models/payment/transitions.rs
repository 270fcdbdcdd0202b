use bson::{Bson, doc};
use chrono::{DateTime, Utc};
use common::{
    api::{OrderId, Price, orders::Card},
    events::{PaymentClosed, PaymentCreated, PaymentRefunded, TicketInOrder},
    messaging::OutboxEvent,
    mongo::is_duplicate_key,
};
use mongodb::error::Error;

use super::{PaymentDocument, PaymentState, Payments, RECONCILE_INTERVAL};

/// The payment's next version; `None` if the payment has changed since it was read.
type Written = Result<Option<PaymentDocument>, Error>;

impl Payments {
    /// Begins the payment of an order, or returns the one that exists.
    pub async fn begin(&self, order: &OrderId, amount: Price) -> Result<PaymentDocument, Error> {
        let reconcile_at = Some((self.clock.now() + RECONCILE_INTERVAL).into());
        let payment = PaymentDocument { reconcile_at, ..PaymentDocument::new(order, amount) };
        match self.collection.insert_one(&payment).await {
            Ok(_) => Ok(payment),
            Err(error) if is_duplicate_key(&error) => {
                let existing = self.find(order).await?;
                existing.ok_or_else(|| Error::custom(format!("order {order}'s payment is gone")))
            }
            Err(error) => Err(error),
        }
    }

    /// Closes an expired order for payment: at once if nobody has begun to pay, else
    /// after reconciling the payment with Stripe. This document decides, and publishes
    /// either that the order is paid or that it is closed. Idempotent.
    pub async fn close(&self, order: &OrderId, amount: Price) -> Result<(), Error> {
        let (state, closing) = (PaymentState::Cancelled, true);
        let mut closed = PaymentDocument { state, closing, ..PaymentDocument::new(order, amount) };
        closed.outbox.push(self.closed(order).into());
        match self.collection.insert_one(&closed).await {
            Err(error) if is_duplicate_key(&error) => {
                let open = doc! { "orderId": order, "state": PaymentState::Open };
                let now = bson::DateTime::from(self.clock.now());
                let close = doc! { "$set": { "closing": true, "lookAt": now }, "$inc": { "version": 1_i64 } };
                self.collection.update_one(open, close).await.map(drop)
            }
            outcome => outcome.map(|_| self.outbox.wake()),
        }
    }

    fn closed(&self, order: &OrderId) -> OutboxEvent {
        OutboxEvent::new(&PaymentClosed { order_id: order.clone() }, self.clock.now())
    }

    /// Stores the id of a payment's `PaymentIntent`, and returns the id that counts:
    /// the first that any replica stored and that has not been replaced. `None` if this
    /// one has been replaced.
    pub async fn set_intent(&self, payment: &PaymentDocument, stripe_id: &str) -> Result<Option<String>, Error> {
        let unset = doc! { "_id": &payment.id, "stripeId": null, "replaced": { "$ne": stripe_id } };
        self.collection.update_one(unset, doc! { "$set": { "stripeId": stripe_id } }).await?;
        Ok(self.find(&payment.order_id).await?.and_then(|payment| payment.stripe_id))
    }

    /// Drops an intent that was cancelled at Stripe; the next attempt creates another.
    pub async fn replace_intent(&self, payment: &PaymentDocument, stripe_id: &str) -> Written {
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

    /// Counts a failure of Stripe's at an order's payment.
    pub async fn count_failure(&self, order: &OrderId) -> Result<(), Error> {
        let change = doc! { "$inc": { "failures": 1_i64 } };
        self.collection.update_one(doc! { "orderId": order }, change).await.map(drop)
    }

    /// Records that an order is paid, and publishes it. The payment stays scheduled for
    /// reconciliation if its refund follows.
    pub async fn mark_succeeded(
        &self,
        payment: &PaymentDocument,
        stripe_id: &str,
        ticket: TicketInOrder,
        (paid_at, card): (Option<DateTime<Utc>>, Option<Card>),
        refund_follows: bool,
    ) -> Written {
        let (id, order_id) = (payment.id.clone(), payment.order_id.clone());
        let event = PaymentCreated { id, order_id, stripe_id: stripe_id.into(), ticket, paid_at, card };
        let reconcile_at = payment.reconcile_at.filter(|_| refund_follows);
        let succeeded = PaymentDocument { state: PaymentState::Succeeded, reconcile_at, ..payment.clone() };
        self.write(payment, succeeded, Some(OutboxEvent::new(&event, self.clock.now()))).await
    }

    /// Records how much of a payment has been refunded so far, all of it if `part` is
    /// `None`, and publishes it.
    pub async fn mark_refunded(
        &self,
        payment: &PaymentDocument,
        stripe_id: &str,
        ticket: Option<TicketInOrder>,
        part: Option<Price>,
    ) -> Written {
        let (id, order_id) = (payment.id.clone(), payment.order_id.clone());
        let event = PaymentRefunded { id, order_id, stripe_id: stripe_id.into(), amount: part, ticket };
        let state = if part.is_some() { payment.state } else { PaymentState::Refunded };
        let refunded_cents = part.map_or(payment.refunded_cents, Price::cents);
        let refunded = PaymentDocument { state, refunded_cents, reconcile_at: None, ..payment.clone() };
        self.write(payment, refunded, Some(OutboxEvent::new(&event, self.clock.now()))).await
    }

    /// Records that nothing was paid and nothing can be. Publishes it if the order has
    /// expired.
    pub async fn mark_cancelled(&self, payment: &PaymentDocument) -> Written {
        let event = payment.closing.then(|| self.closed(&payment.order_id));
        let (state, reconcile_at) = (PaymentState::Cancelled, None);
        self.write(payment, PaymentDocument { state, reconcile_at, ..payment.clone() }, event).await
    }

    /// Ends the reconciliation of a payment until [`Self::reconcile_now`] schedules it.
    pub async fn stop_reconciling(&self, payment: &PaymentDocument) -> Written {
        self.write(payment, PaymentDocument { reconcile_at: None, ..payment.clone() }, None).await
    }

    /// Schedules the order's payment for immediate reconciliation. Bumping the version
    /// makes a reconciliation in progress start over.
    pub async fn reconcile_now(&self, order: &OrderId) -> Result<(), Error> {
        let unfinished = [PaymentState::Open, PaymentState::Succeeded].map(Bson::from);
        let now = bson::DateTime::from(self.clock.now());
        let change = doc! { "$set": { "lookAt": now }, "$inc": { "version": 1_i64 } };
        let payment = doc! { "orderId": order, "state": { "$in": unfinished.to_vec() } };
        self.collection.update_one(payment, change).await.map(drop)
    }

    /// Writes the next version of a payment together with its event.
    pub(super) async fn write(
        &self,
        from: &PaymentDocument,
        to: PaymentDocument,
        event: Option<OutboxEvent>,
    ) -> Written {
        let to = PaymentDocument { version: from.version.next(), ..to };
        let mut change = doc! { "$set": {
            "version": to.version,
            "state": to.state,
            "lookAt": to.reconcile_at,
            "refundedCents": to.refunded_cents,
        } };
        if let Some(event) = event {
            change.insert("$push", doc! { "outbox": event });
        }
        let unchanged = doc! { "_id": &from.id, "version": from.version };
        let written = self.collection.update_one(unchanged, change).await?.matched_count == 1;
        self.outbox.wake();
        Ok(written.then_some(to))
    }
}
