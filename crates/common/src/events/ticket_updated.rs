use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Event, Subject};
use crate::api::{OrderId, Price, TicketId, UserId, Version, tickets::About};

/// Something of a ticket has changed, or its order has. Carries the whole ticket, so that a
/// replica that missed an event catches up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TicketUpdated {
    /// The ticket.
    pub id: TicketId,
    /// The ticket's version after this change.
    pub version: Version,
    /// The title of the concert or other event.
    pub title: String,
    /// The price, in dollars.
    pub price: Price,
    /// The seller.
    pub user_id: UserId,
    /// The order that holds or has bought it, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
    /// Whether the seller has withdrawn it: it can't be ordered again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withdrawn: bool,
    /// When, where and what.
    #[serde(flatten)]
    pub about: About,
}

impl Event for TicketUpdated {
    const SUBJECT: Subject = Subject::TicketUpdated;

    fn key(&self) -> String {
        format!("{}:{}", self.id, self.version)
    }
}
