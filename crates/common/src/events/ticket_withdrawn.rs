use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Event, Subject};
use crate::api::{Price, TicketId, UserId, Version, tickets::About};

/// A seller has taken a ticket off the market. Carries the whole ticket, as
/// `ticket:updated` does. An order that was made before this arrived keeps its hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TicketWithdrawn {
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
    /// When, where and what.
    #[serde(flatten)]
    pub about: About,
}

impl Event for TicketWithdrawn {
    const SUBJECT: Subject = Subject::TicketWithdrawn;

    fn key(&self) -> String {
        format!("{}:{}", self.id, self.version)
    }
}
