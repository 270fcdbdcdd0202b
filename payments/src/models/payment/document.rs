use bson::Bson;
use common::api::{OrderId, PaymentId, Price, Version, price};
use serde::{Deserialize, Serialize};

/// A payment as it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentDocument {
    /// The payment's identifier.
    #[serde(rename = "_id")]
    pub id: PaymentId,
    pub(super) version: Version,
    /// The order, which has this payment and no other.
    pub order_id: OrderId,
    /// The amount due, stored in cents.
    #[serde(with = "price::cents")]
    pub amount: Price,
    /// The payment's progress.
    pub state: PaymentState,
    /// Stripe's `PaymentIntent`, stored before its first confirmation.
    pub stripe_id: Option<String>,
    /// How often Stripe has failed, or has cancelled the payment's intent. Part of the
    /// idempotency keys.
    pub failures: i64,
    /// Whether the order has expired: no new charge begins, and an open payment is
    /// cancelled.
    pub closing: bool,
    /// The cents refunded so far of an order that stays paid.
    pub refunded_cents: i64,
    /// When to reconcile the payment with Stripe; never, if no change is expected.
    #[serde(rename = "lookAt")]
    pub(super) reconcile_at: Option<bson::DateTime>,
    /// Only the relay decodes the events.
    pub(super) outbox: Vec<Bson>,
}

/// A payment's progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum PaymentState {
    /// Nothing is paid yet.
    Open,
    /// The order is paid.
    Succeeded,
    /// Nothing was paid and nothing can be.
    Cancelled,
    /// The order was paid and refunded in full.
    Refunded,
}

impl From<PaymentState> for Bson {
    fn from(state: PaymentState) -> Self {
        <&str>::from(state).into()
    }
}

impl PaymentDocument {
    /// An open payment that is not scheduled for reconciliation.
    pub(super) fn new(order: &OrderId, amount: Price) -> Self {
        Self {
            id: PaymentId::new(),
            version: Version(0),
            order_id: order.clone(),
            amount,
            state: PaymentState::Open,
            stripe_id: None,
            failures: 0,
            closing: false,
            refunded_cents: 0,
            reconcile_at: None,
            outbox: Vec::new(),
        }
    }
}
