use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Event, Subject, TicketInOrder};
use crate::api::{OrderId, PaymentId};

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
}

impl Event for PaymentCreated {
    const SUBJECT: Subject = Subject::PaymentCreated;

    fn key(&self) -> String {
        self.id.to_string()
    }
}
