use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Event, Subject};
use crate::api::OrderId;

/// An expired order is closed for payment: nothing was paid and nothing can be. An
/// order gets this event or `payment:created`, never both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentClosed {
    /// The order.
    pub order_id: OrderId,
}

impl Event for PaymentClosed {
    const SUBJECT: Subject = Subject::PaymentClosed;

    fn key(&self) -> String {
        self.order_id.to_string()
    }
}
