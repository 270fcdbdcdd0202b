use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Event, Subject};
use crate::api::{OrderId, Price, TicketId, UserId, Version, orders::OrderStatus, time};

/// A buyer holds a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderCreated {
    /// The order.
    pub id: OrderId,
    /// Always 0.
    pub version: Version,
    /// Always `created`.
    pub status: OrderStatus,
    /// The buyer.
    pub user_id: UserId,
    /// When the hold ends unless it is paid.
    #[serde(with = "time")]
    #[schemars(with = "DateTime<Utc>")]
    pub expires_at: DateTime<Utc>,
    /// What is held.
    pub ticket: HeldTicket,
}

/// The ticket of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HeldTicket {
    /// The ticket.
    pub id: TicketId,
    /// Of the event, as the buyer saw it. Orders of before it was told lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What the buyer pays, in dollars.
    pub price: Price,
    /// The order's number among those on this ticket: later orders have higher
    /// ones, so that a late message about an earlier order is known as late.
    #[schemars(range(min = 1))]
    pub sequence: i64,
}

impl Event for OrderCreated {
    const SUBJECT: Subject = Subject::OrderCreated;

    fn key(&self) -> String {
        format!("{}:{}", self.id, self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::super::snapshot;
    use super::*;

    const SNAPSHOT: &str = include_str!("snapshots/order_created.json");
    const WITHOUT_TITLE: &str = include_str!("snapshots/order_created_without_title.json");

    fn event(title: Option<String>) -> OrderCreated {
        OrderCreated {
            id: "65a000000000000000000003".parse().unwrap(),
            version: Version(0),
            status: OrderStatus::Created,
            user_id: "65a000000000000000000004".parse().unwrap(),
            expires_at: "2026-01-31T12:15:00.250Z".parse().unwrap(),
            ticket: HeldTicket {
                id: "65a000000000000000000001".parse().unwrap(),
                title,
                price: "20".parse().unwrap(),
                sequence: 1,
            },
        }
    }

    #[test]
    fn the_payload_is_as_agreed() {
        snapshot::holds(&event(Some("Gala".into())), SNAPSHOT);
        snapshot::requires::<OrderCreated>("expiresAt", SNAPSHOT);
    }

    #[test]
    fn what_was_published_before_it_told_the_title_still_counts() {
        snapshot::holds(&event(None), WITHOUT_TITLE);
    }
}
