use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Event, Subject};
use crate::api::{OrderId, TicketId, Version};

/// An order was cancelled: by its buyer, or because it was not paid in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderCancelled {
    /// The order.
    pub id: OrderId,
    /// The order's version after this change.
    pub version: Version,
    /// The ticket that was held.
    pub ticket: TicketInOrder,
}

/// The ticket of an order that was cancelled or paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TicketInOrder {
    /// The ticket.
    pub id: TicketId,
    /// The order's number among those on this ticket, from 1.
    #[schemars(range(min = 1))]
    pub sequence: i64,
}

impl Event for OrderCancelled {
    const SUBJECT: Subject = Subject::OrderCancelled;

    fn key(&self) -> String {
        format!("{}:{}", self.id, self.version)
    }
}
