//! Takes an order's money once, or gives it back.
//!
//! Stripe's `PaymentIntent` is the source of truth.
//! [`Cashier::reconcile`] brings the payment document in line with it and with the
//! order. It is idempotent: the buyer's request, Stripe's webhook and the recovery
//! worker all rely on it.

mod pay;
mod reconcile;

use common::{
    api::{FieldError, OrderId},
    clock::Clock,
    replica_lookup::ReplicaLookup,
};

use crate::{
    gateway::{Attempt, Gateway, GatewayError, Intent},
    models::{OrderReplicas, PaymentDocument, Payments},
};

pub use pay::Paid;

/// Takes payments and refunds them. Cheap to clone.
#[derive(Clone)]
pub struct Cashier {
    orders: OrderReplicas,
    payments: Payments,
    gateway: Gateway,
    replicas: ReplicaLookup,
    clock: Clock,
}

/// Why an order was not paid, or why the outcome is not known.
#[derive(Debug, thiserror::Error)]
pub enum PayError {
    /// The order does not exist.
    #[error("no such order")]
    NotFound,
    /// Somebody else made the order.
    #[error("not the buyer's order")]
    NotBuyer,
    /// The order is cancelled.
    #[error("order cancelled")]
    Cancelled,
    /// The order's money has been refunded.
    #[error("order refunded")]
    Refunded,
    /// The token has an invalid format.
    #[error("invalid token")]
    Token(FieldError),
    /// The order expired before it was paid.
    #[error("order expired")]
    Expired,
    /// Stripe refused or failed.
    #[error(transparent)]
    Gateway(#[from] GatewayError),
    /// MongoDB failed.
    #[error(transparent)]
    Store(#[from] mongodb::error::Error),
}

impl Cashier {
    /// A cashier for these orders and payments.
    pub fn new(orders: OrderReplicas, payments: Payments, gateway: Gateway, clock: Clock) -> Self {
        Self { orders, payments, gateway, replicas: ReplicaLookup::new(clock.clone()), clock }
    }

    /// The current intent of a payment. If it has none, one is created and its id
    /// stored.
    async fn intent(&self, payment: &PaymentDocument) -> Result<Intent, PayError> {
        if let Some(id) = &payment.stripe_id {
            return Ok(self.gateway.retrieve_intent(id).await?);
        }
        let created = self.gateway.create_intent(attempt(payment), payment.amount).await?;
        let id = self.payments.set_intent(payment, &created.id).await?;
        let id = id.ok_or_else(|| GatewayError::Unknown("the intent has just been replaced".into()))?;
        // Stripe repeats its first answer to a repeated creation, which may be stale.
        Ok(self.gateway.retrieve_intent(&id).await?)
    }

    /// If Stripe has failed, changes the idempotency keys of the order's next attempt.
    async fn count_failure<T>(&self, order: &OrderId, outcome: Result<T, PayError>) -> Result<T, PayError> {
        if let Err(PayError::Gateway(GatewayError::Failed(_))) = &outcome {
            self.payments.count_failure(order).await?;
        }
        outcome
    }
}

/// Identifies the next requests to Stripe about a payment.
fn attempt(payment: &PaymentDocument) -> Attempt<'_> {
    Attempt { order: &payment.order_id, failures: payment.failures }
}
