use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Event, Subject, TicketInOrder};
use crate::api::{OrderId, Price, Version};

/// An order shows that its money was refunded, in part or in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderRefunded {
    /// The order.
    pub id: OrderId,
    /// The order's version, which a refund leaves as it is.
    pub version: Version,
    /// The dollars refunded so far; absent after a full refund.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Price>,
    /// The ticket that was paid for.
    pub ticket: TicketInOrder,
}

impl Event for OrderRefunded {
    const SUBJECT: Subject = Subject::OrderRefunded;

    fn key(&self) -> String {
        // Several partial refunds may follow each other.
        self.amount.map_or_else(|| self.id.to_string(), |amount| format!("{}:{}", self.id, amount.cents()))
    }
}
