//! A buyer pays an order.

use common::api::{OrderId, UserId, payments::PaymentRequest};

use super::{Cashier, PayError, attempt};
use crate::{
    gateway::{GatewayError, Intent, IntentStatus},
    models::{PaymentDocument, PaymentState, Terms},
};

/// How often one request asks Stripe to charge while the answer is unclear.
const CONFIRM_ATTEMPTS: usize = 2;

/// How a buyer's attempt to pay ended.
pub enum Paid {
    /// The order is paid.
    Succeeded(PaymentDocument),
    /// The bank wants to authenticate the cardholder; the page needs this client secret.
    RequiresAction(PaymentDocument, String),
}

impl Cashier {
    /// Charges a buyer for an order. Idempotent: repeating the request returns the
    /// same outcome. Another payment method is another attempt at the same intent.
    pub async fn pay(&self, buyer: &UserId, order: &OrderId, request: &PaymentRequest) -> Result<Paid, PayError> {
        let terms = self.payable_terms(buyer, order).await?;
        match self.existing_payment(order).await? {
            Some(payment) if is_paid(&payment)? => return Ok(Paid::Succeeded(payment)),
            Some(_) => {}
            None => self.check_time(&terms)?,
        }
        request.check_token().map_err(PayError::Token)?;
        let payment = self.payments.begin(order, terms.price).await?;
        // It may have been paid or closed since it was read.
        if is_paid(&payment)? {
            return Ok(Paid::Succeeded(payment));
        }
        let outcome = self.charge(payment, &terms, &request.token).await;
        self.count_failure(order, outcome).await
    }

    /// The terms of an order that the buyer may pay.
    async fn payable_terms(&self, buyer: &UserId, id: &OrderId) -> Result<Terms, PayError> {
        let known = || async { Ok(self.orders.find(id).await?.filter(|order| order.terms.is_some())) };
        let order = self.replicas.find(id, known).await.map_err(PayError::Store)?.ok_or(PayError::NotFound)?;
        let terms = order.terms.ok_or(PayError::NotFound)?;
        if terms.user_id != *buyer {
            return Err(PayError::NotBuyer);
        }
        if order.cancelled {
            return Err(PayError::Cancelled);
        }
        Ok(terms)
    }

    /// The order's payment, if there is one. One that is being closed is reconciled
    /// first, as it may have been paid in time.
    async fn existing_payment(&self, order: &OrderId) -> Result<Option<PaymentDocument>, PayError> {
        match self.payments.find(order).await? {
            Some(payment) if payment.closing && payment.state == PaymentState::Open => self.reconcile(order).await,
            existing => Ok(existing),
        }
    }

    /// Fails once the order has expired. A charge that began earlier may still finish
    /// within the grace period.
    fn check_time(&self, terms: &Terms) -> Result<(), PayError> {
        if self.clock.now() < terms.expires_at() { Ok(()) } else { Err(PayError::Expired) }
    }

    async fn charge(&self, payment: PaymentDocument, terms: &Terms, token: &str) -> Result<Paid, PayError> {
        let (payment, mut intent) = self.usable_intent(payment).await?;
        if matches!(intent.status, IntentStatus::Waiting | IntentStatus::RequiresAction) {
            let method = self.gateway.payment_method(attempt(&payment), token).await?;
            if !is_authenticating(&intent, &method) {
                self.check_time(terms)?;
                intent = self.confirm(&payment, &intent.id, &method).await?;
            }
        }
        self.outcome(&payment, intent).await
    }

    /// The payment's intent. If that was cancelled at Stripe while the order can still
    /// be paid, a new one.
    async fn usable_intent(&self, payment: PaymentDocument) -> Result<(PaymentDocument, Intent), PayError> {
        let intent = self.intent(&payment).await?;
        if intent.status != IntentStatus::Canceled {
            return Ok((payment, intent));
        }
        let payment = self.reconcile_uncounted(&payment.order_id).await?.ok_or(PayError::NotFound)?;
        is_paid(&payment)?;
        let intent = self.intent(&payment).await?;
        Ok((payment, intent))
    }

    /// Charges a payment method. If Stripe's answer is unclear, retrieves the intent;
    /// if that still waits, repeats the request under its idempotency key, which either
    /// repeats the first answer or charges now.
    async fn confirm(&self, payment: &PaymentDocument, id: &str, method: &str) -> Result<Intent, PayError> {
        let mut attempt = attempt(payment);
        let mut unclear = GatewayError::Unknown("not asked yet".into());
        for _ in 0..CONFIRM_ATTEMPTS {
            unclear = match self.gateway.confirm_intent(attempt, id, method).await {
                Ok(intent) if intent.status == IntentStatus::RequiresAction => {
                    return self.retrieve_authenticating(id).await;
                }
                Ok(intent) => return Ok(intent),
                // Counted here, as the repetition already needs another key. Returned as
                // `Failed`, it would be counted twice.
                Err(GatewayError::Failed(cause)) => {
                    self.payments.count_failure(attempt.order).await?;
                    attempt.failures += 1;
                    GatewayError::Unknown(cause)
                }
                Err(error @ (GatewayError::Unknown(_) | GatewayError::UnexpectedState(_))) => error,
                Err(error) => return Err(error.into()),
            };
            let intent = self.gateway.retrieve_intent(id).await?;
            if intent.status != IntentStatus::Waiting {
                return Ok(intent);
            }
        }
        Err(unclear.into())
    }

    /// The current state of an intent whose confirmation required authentication.
    /// Stripe repeats that answer even after the cardholder has failed or passed.
    async fn retrieve_authenticating(&self, id: &str) -> Result<Intent, PayError> {
        let intent = self.gateway.retrieve_intent(id).await?;
        if intent.status == IntentStatus::Waiting {
            let declined = intent.last_error.unwrap_or_else(|| "Your card was declined.".into());
            return Err(GatewayError::Declined(declined).into());
        }
        Ok(intent)
    }

    async fn outcome(&self, payment: &PaymentDocument, intent: Intent) -> Result<Paid, PayError> {
        match (intent.status, intent.client_secret) {
            (IntentStatus::RequiresAction, Some(secret)) => Ok(Paid::RequiresAction(payment.clone(), secret)),
            (IntentStatus::Succeeded | IntentStatus::Canceled, _) => {
                let payment = self.reconcile_uncounted(&payment.order_id).await?.ok_or(PayError::NotFound)?;
                if is_paid(&payment)? {
                    return Ok(Paid::Succeeded(payment));
                }
                Err(GatewayError::Unknown("the intent has been replaced".into()).into())
            }
            _ => Err(GatewayError::Unknown("Stripe is still processing the intent".into()).into()),
        }
    }
}

/// Whether an order is paid; an error if it can't be paid any more.
fn is_paid(payment: &PaymentDocument) -> Result<bool, PayError> {
    match payment.state {
        PaymentState::Succeeded => Ok(true),
        PaymentState::Refunded => Err(PayError::Refunded),
        _ if payment.closing => Err(PayError::Expired),
        PaymentState::Cancelled => Err(PayError::Cancelled),
        PaymentState::Open => Ok(false),
    }
}

/// Whether the bank is authenticating the cardholder for exactly this payment method.
fn is_authenticating(intent: &Intent, method: &str) -> bool {
    intent.status == IntentStatus::RequiresAction && intent.payment_method.as_deref() == Some(method)
}
