//! The parts of a `PaymentIntent` that payments reads:
//! <https://docs.stripe.com/payments/paymentintents/lifecycle>.

use chrono::{DateTime, Utc};
use common::api::orders::Card;
use stripe_shared::{PaymentIntent, PaymentIntentStatus, PaymentMethodDetailsCard};
use stripe_types::Expandable;

use super::ORDER_ID;

/// An intent as of Stripe's answer.
#[derive(Debug, Clone)]
pub struct Intent {
    /// Stripe's id, `pi_…`.
    pub id: String,
    /// The intent's progress.
    pub status: IntentStatus,
    /// The secret that the page needs to have the bank authenticate the cardholder.
    pub client_secret: Option<String>,
    /// The payment method of the latest attempt.
    pub payment_method: Option<String>,
    /// Why the latest attempt failed: Stripe's message for the cardholder.
    pub last_error: Option<String>,
    /// The cents refunded; 0 unless the latest charge was expanded.
    pub refunded_cents: i64,
    /// When the latest charge was made, to the second; `None` unless it was expanded.
    pub charged_at: Option<DateTime<Utc>>,
    /// The card that was charged, if it was one; `None` unless the charge was expanded.
    pub card: Option<Card>,
    /// The order it pays, from its metadata.
    pub order_id: Option<String>,
}

/// An intent's progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntentStatus {
    /// Nothing is charged: a payment method must be confirmed.
    Waiting,
    /// The bank wants to authenticate the cardholder.
    RequiresAction,
    /// Stripe is processing the charge.
    Processing,
    /// The money is captured.
    Succeeded,
    /// It can never be paid.
    Canceled,
}

impl From<PaymentIntent> for Intent {
    fn from(intent: PaymentIntent) -> Self {
        let charge = intent.latest_charge.and_then(Expandable::into_object);
        Self {
            id: intent.id.to_string(),
            status: intent.status.into(),
            client_secret: intent.client_secret,
            payment_method: intent.payment_method.map(|method| method.id().to_string()),
            refunded_cents: charge.as_ref().map_or(0, |charge| charge.amount_refunded),
            charged_at: charge.as_ref().and_then(|charge| DateTime::from_timestamp(charge.created, 0)),
            card: charge.and_then(|charge| card(charge.payment_method_details?.card?)),
            last_error: intent.last_payment_error.and_then(|error| error.message),
            order_id: intent.metadata.get(ORDER_ID).cloned(),
        }
    }
}

fn card(card: PaymentMethodDetailsCard) -> Option<Card> {
    Some(Card { brand: card.brand?, last4: card.last4? })
}

impl From<PaymentIntentStatus> for IntentStatus {
    fn from(status: PaymentIntentStatus) -> Self {
        match status {
            PaymentIntentStatus::Canceled => Self::Canceled,
            PaymentIntentStatus::Succeeded => Self::Succeeded,
            PaymentIntentStatus::RequiresAction => Self::RequiresAction,
            PaymentIntentStatus::RequiresConfirmation | PaymentIntentStatus::RequiresPaymentMethod => Self::Waiting,
            // A capture is never pending, as ours are immediate. An unknown status is
            // waited out like a charge in progress.
            _ => Self::Processing,
        }
    }
}
