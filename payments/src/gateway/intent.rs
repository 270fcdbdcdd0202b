//! What payments reads of a `PaymentIntent`:
//! <https://docs.stripe.com/payments/paymentintents/lifecycle>.

use stripe_shared::{PaymentIntent, PaymentIntentStatus};
use stripe_types::Expandable;

use super::ORDER_ID;

/// An intent as it stood when Stripe answered.
#[derive(Debug, Clone)]
pub struct Intent {
    /// `pi_…`
    pub id: String,
    /// Where it stands.
    pub status: IntentStatus,
    /// What the page needs to let the bank ask the cardholder.
    pub client_secret: Option<String>,
    /// The payment method that is being charged, or was.
    pub payment_method: Option<String>,
    /// Why the last attempt failed, in words for the cardholder.
    pub last_error: Option<String>,
    /// How many cents have been given back, as far as Stripe was asked.
    pub refunded_cents: i64,
    /// The order that it is for, as its metadata says.
    pub order_id: Option<String>,
}

/// Where an intent stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntentStatus {
    /// Nothing is charged: it waits for a payment method to be confirmed.
    Waiting,
    /// The bank wants the cardholder.
    RequiresAction,
    /// Stripe works on it.
    Processing,
    /// Paid.
    Succeeded,
    /// It will never be paid.
    Canceled,
}

impl From<PaymentIntent> for Intent {
    fn from(intent: PaymentIntent) -> Self {
        Self {
            id: intent.id.to_string(),
            status: intent.status.into(),
            client_secret: intent.client_secret,
            payment_method: intent.payment_method.map(|method| method.id().to_string()),
            refunded_cents: intent
                .latest_charge
                .and_then(Expandable::into_object)
                .map_or(0, |charge| charge.amount_refunded),
            last_error: intent.last_payment_error.and_then(|error| error.message),
            order_id: intent.metadata.get(ORDER_ID).cloned(),
        }
    }
}

impl From<PaymentIntentStatus> for IntentStatus {
    fn from(status: PaymentIntentStatus) -> Self {
        match status {
            PaymentIntentStatus::Canceled => Self::Canceled,
            PaymentIntentStatus::Succeeded => Self::Succeeded,
            PaymentIntentStatus::RequiresAction => Self::RequiresAction,
            PaymentIntentStatus::RequiresConfirmation | PaymentIntentStatus::RequiresPaymentMethod => Self::Waiting,
            // Ours are captured at once; a status that is not known yet is left
            // alone until it turns into one that is.
            _ => Self::Processing,
        }
    }
}
