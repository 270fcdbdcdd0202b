use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Event, Subject, TicketInOrder};
use crate::api::{OrderId, PaymentId, Price};

/// An order's money was refunded: because the order was cancelled, or at Stripe's
/// dashboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentRefunded {
    /// The payment.
    pub id: PaymentId,
    /// The order.
    pub order_id: OrderId,
    /// The id of Stripe's `PaymentIntent`.
    pub stripe_id: String,
    /// The dollars refunded so far; absent after a full refund.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Price>,
    /// The ticket that was paid for; absent in events of older programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketInOrder>,
}

impl Event for PaymentRefunded {
    const SUBJECT: Subject = Subject::PaymentRefunded;

    fn key(&self) -> String {
        // Several partial refunds may follow each other.
        self.amount.map_or_else(|| self.id.to_string(), |amount| format!("{}:{}", self.id, amount.cents()))
    }
}
