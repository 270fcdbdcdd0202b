use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Event, Subject, TicketInOrder};
use crate::api::{OrderId, UserId, Version};

/// An order is paid, and its buyer has the ticket: it can't be cancelled any more. Each
/// order gets this event or `order:cancelled`, never both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderCompleted {
    /// The order.
    pub id: OrderId,
    /// The order's version after this change.
    pub version: Version,
    /// The buyer.
    pub user_id: UserId,
    /// The ticket that was bought.
    pub ticket: TicketInOrder,
}

impl Event for OrderCompleted {
    const SUBJECT: Subject = Subject::OrderCompleted;

    fn key(&self) -> String {
        self.id.to_string()
    }
}
