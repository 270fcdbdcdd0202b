use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Event, Subject, TicketInOrder};
use crate::api::{OrderId, PaymentId, orders::Card, time};

/// An order is paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentCreated {
    /// The payment.
    pub id: PaymentId,
    /// The order.
    pub order_id: OrderId,
    /// The id of Stripe's `PaymentIntent`.
    pub stripe_id: String,
    /// The ticket that is paid for.
    pub ticket: TicketInOrder,
    /// When Stripe charged the card; absent in events of older programs.
    #[serde(default, with = "time::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime<Utc>>")]
    pub paid_at: Option<DateTime<Utc>>,
    /// The card; absent in events of older programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<Card>,
}

impl Event for PaymentCreated {
    const SUBJECT: Subject = Subject::PaymentCreated;

    fn key(&self) -> String {
        self.id.to_string()
    }
}
