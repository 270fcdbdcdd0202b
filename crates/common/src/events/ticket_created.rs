use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Event, Subject};
use crate::api::{Price, TicketId, UserId, Version, tickets::About};

/// A seller has listed a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TicketCreated {
    /// The ticket.
    pub id: TicketId,
    /// Always 0.
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

impl Event for TicketCreated {
    const SUBJECT: Subject = Subject::TicketCreated;

    fn key(&self) -> String {
        format!("{}:{}", self.id, self.version)
    }
}
