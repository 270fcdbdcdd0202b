//! Brings a payment in line with Stripe and with its order.

use common::{
    api::{OrderId, Price},
    events::TicketInOrder,
};

use super::{Cashier, PayError, attempt};
use crate::{
    gateway::{GatewayError, IntentStatus},
    models::{OrderReplica, PaymentDocument, PaymentState},
};

/// The reconciled payment; `None` if the payment has changed and must be read again.
type Reconciled = Result<Option<PaymentDocument>, PayError>;

impl Cashier {
    /// Reconciles an order's payment with Stripe and with the order. Idempotent.
    /// Returns the payment; `None` if the order has none.
    pub async fn reconcile(&self, order: &OrderId) -> Result<Option<PaymentDocument>, PayError> {
        let outcome = self.reconcile_uncounted(order).await;
        self.count_failure(order, outcome).await
    }

    /// Does the same for callers that count Stripe's failures themselves.
    pub(super) async fn reconcile_uncounted(&self, id: &OrderId) -> Result<Option<PaymentDocument>, PayError> {
        loop {
            let Some(payment) = self.payments.find(id).await? else { return Ok(None) };
            // Read after the payment: a cancellation is written to the order first and
            // changes the payment's version then. One that is missed here makes the
            // write below fail.
            let order = self.orders.find(id).await?;
            let cancelled = order.as_ref().is_some_and(|order| order.cancelled);
            let reconciled = match payment.state {
                PaymentState::Open => self.reconcile_open(&payment, order).await?,
                PaymentState::Succeeded if cancelled => self.refund(&payment, ticket_of(order)).await?,
                PaymentState::Succeeded => self.record_refunds(&payment, ticket_of(order)).await?,
                PaymentState::Cancelled | PaymentState::Refunded => Some(payment),
            };
            if reconciled.is_some() {
                return Ok(reconciled);
            }
        }
    }

    async fn reconcile_open(&self, payment: &PaymentDocument, order: Option<OrderReplica>) -> Reconciled {
        let cancelled = order.as_ref().is_some_and(|order| order.cancelled);
        let ends = cancelled || payment.closing;
        let intent = match self.intent(payment).await {
            // Stripe refuses the amount: no intent exists or ever will.
            Err(PayError::Gateway(GatewayError::Amount(_))) if ends => {
                return Ok(self.payments.mark_cancelled(payment).await?);
            }
            intent => intent?,
        };
        match intent.status {
            IntentStatus::Succeeded => {
                let terms = order.and_then(|order| order.terms).ok_or(PayError::NotFound)?;
                // The success is published before its refund, which the next round handles.
                let refund_follows = cancelled || intent.refunded_cents > 0;
                let charged = (intent.charged_at, intent.card);
                let paid =
                    self.payments.mark_succeeded(payment, &intent.id, terms.ticket, charged, refund_follows).await?;
                Ok(paid.filter(|_| !refund_follows))
            }
            IntentStatus::Canceled if ends => Ok(self.payments.mark_cancelled(payment).await?),
            // Cancelled at Stripe's dashboard: another intent can pay the order.
            IntentStatus::Canceled => Ok(self.payments.replace_intent(payment, &intent.id).await?),
            _ if ends => self.cancel_intent(payment, &intent.id).await,
            _ => Ok(Some(payment.clone())),
        }
    }

    /// Cancels the intent of an order that has ended, so that it can never be paid.
    async fn cancel_intent(&self, payment: &PaymentDocument, intent: &str) -> Reconciled {
        match self.gateway.cancel_intent(attempt(payment), intent).await {
            Ok(_) => return Ok(None),
            Err(GatewayError::UnexpectedState(_)) => {}
            Err(error) => return Err(error.into()),
        }
        match self.gateway.retrieve_intent(intent).await?.status {
            // Paid or cancelled a moment earlier.
            IntentStatus::Succeeded | IntentStatus::Canceled => Ok(None),
            // Stripe is processing it: a later attempt needs another idempotency key.
            _ => Err(GatewayError::Failed("the intent can't be cancelled yet".into()).into()),
        }
    }

    /// Records refunds of a paid order that were made at Stripe's dashboard.
    async fn record_refunds(&self, payment: &PaymentDocument, ticket: Option<TicketInOrder>) -> Reconciled {
        let stripe_id = paid_intent(payment)?;
        let cents = self.gateway.retrieve_intent(stripe_id).await?.refunded_cents;
        Ok(match Price::from_cents(cents) {
            Ok(all) if all >= payment.amount => self.payments.mark_refunded(payment, stripe_id, ticket, None).await?,
            Ok(part) if cents > payment.refunded_cents => {
                self.payments.mark_refunded(payment, stripe_id, ticket, Some(part)).await?
            }
            _ => self.payments.stop_reconciling(payment).await?,
        })
    }

    /// Refunds a cancelled order in full.
    async fn refund(&self, payment: &PaymentDocument, ticket: Option<TicketInOrder>) -> Reconciled {
        let stripe_id = paid_intent(payment)?;
        if !self.gateway.refund(attempt(payment), stripe_id).await? {
            return Err(GatewayError::Unknown("Stripe is still processing the refund".into()).into());
        }
        Ok(self.payments.mark_refunded(payment, stripe_id, ticket, None).await?)
    }
}

/// The ticket of an order whose terms are known.
fn ticket_of(order: Option<OrderReplica>) -> Option<TicketInOrder> {
    Some(order?.terms?.ticket)
}

fn paid_intent(payment: &PaymentDocument) -> Result<&str, GatewayError> {
    let missing = || GatewayError::Refused(format!("payment {} has succeeded without an intent", payment.id).into());
    payment.stripe_id.as_deref().ok_or_else(missing)
}
