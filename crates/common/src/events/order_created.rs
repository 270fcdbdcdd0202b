use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Event, Subject};
use crate::api::{OrderId, Price, TicketId, UserId, Version, orders::OrderStatus, tickets::About, time};

/// A buyer has reserved a ticket.
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
    /// When the hold ends unless the order is paid.
    #[serde(with = "time")]
    #[schemars(with = "DateTime<Utc>")]
    pub expires_at: DateTime<Utc>,
    /// The ticket that is held.
    pub ticket: HeldTicket,
}

/// The ticket of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HeldTicket {
    /// The ticket.
    pub id: TicketId,
    /// The title that the buyer ordered.
    pub title: String,
    /// The price that the buyer pays, in dollars.
    pub price: Price,
    /// The order's number among those on this ticket, from 1. Later orders have higher
    /// numbers, so that a stale event about an earlier order is recognized.
    #[schemars(range(min = 1))]
    pub sequence: i64,
    /// When, where and what, as ordered.
    #[serde(flatten)]
    pub about: About,
}

impl Event for OrderCreated {
    const SUBJECT: Subject = Subject::OrderCreated;

    fn key(&self) -> String {
        format!("{}:{}", self.id, self.version)
    }
}
