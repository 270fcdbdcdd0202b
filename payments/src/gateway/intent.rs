//! The parts of a `PaymentIntent` that payments reads:
//! <https://docs.stripe.com/payments/paymentintents/lifecycle>.

use chrono::{DateTime, Utc};
use common::api::orders::Card;
use stripe_shared::{Charge, PaymentIntent, PaymentIntentStatus};
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
    /// When the latest charge was made and by which card, unless it was not expanded.
    pub charged: Option<Charged>,
    /// The order it pays, from its metadata.
    pub order_id: Option<String>,
}

/// A charge of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charged {
    /// When, to the second.
    pub at: Option<DateTime<Utc>>,
    /// Which card, unless it was paid by something else.
    pub card: Option<Card>,
}

impl From<&Charge> for Charged {
    fn from(charge: &Charge) -> Self {
        let card = charge.payment_method_details.as_ref().and_then(|details| details.card.as_ref());
        let card = card.and_then(|card| Some(Card { brand: card.brand.clone()?, last4: card.last4.clone()? }));
        Self { at: DateTime::from_timestamp(charge.created, 0), card }
    }
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
            charged: charge.as_ref().map(Charged::from),
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
            // A capture is never pending, as ours are immediate. An unknown status is
            // waited out like a charge in progress.
            _ => Self::Processing,
        }
    }
}
