use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Event, Subject};
use crate::api::{OrderId, TicketId, Version};

/// A hold has ended without a sale: given up, or not paid in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderCancelled {
    /// The order.
    pub id: OrderId,
    /// After this change.
    pub version: Version,
    /// What was held.
    pub ticket: CancelledTicket,
}

/// The ticket of a cancelled order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CancelledTicket {
    /// The ticket.
    pub id: TicketId,
    /// The order's number among those on this ticket.
    #[schemars(range(min = 1))]
    pub sequence: i64,
}

impl Event for OrderCancelled {
    const SUBJECT: Subject = Subject::OrderCancelled;

    fn key(&self) -> String {
        format!("{}:{}", self.id, self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::super::snapshot;
    use super::*;

    const SNAPSHOT: &str = include_str!("snapshots/order_cancelled.json");

    #[test]
    fn the_payload_is_as_agreed() {
        let event = OrderCancelled {
            id: "65a000000000000000000003".parse().unwrap(),
            version: Version(1),
            ticket: CancelledTicket { id: "65a000000000000000000001".parse().unwrap(), sequence: 1 },
        };
        snapshot::holds(&event, SNAPSHOT);
        snapshot::requires::<OrderCancelled>("ticket", SNAPSHOT);
    }
}
