use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Event, Subject};
use crate::api::{Price, TicketId, UserId, Version};

/// Somebody lists a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TicketCreated {
    /// The ticket.
    pub id: TicketId,
    /// Always 0.
    pub version: Version,
    /// Of the event.
    pub title: String,
    /// In dollars.
    pub price: Price,
    /// The seller.
    pub user_id: UserId,
}

impl Event for TicketCreated {
    const SUBJECT: Subject = Subject::TicketCreated;

    fn key(&self) -> String {
        format!("{}:{}", self.id, self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::super::snapshot;
    use super::*;

    const SNAPSHOT: &str = include_str!("snapshots/ticket_created.json");

    #[test]
    fn the_payload_is_as_agreed() {
        let event = TicketCreated {
            id: "65a000000000000000000001".parse().unwrap(),
            version: Version(0),
            title: "Gala 🎟".into(),
            price: "20.50".parse().unwrap(),
            user_id: "65a000000000000000000002".parse().unwrap(),
        };
        snapshot::holds(&event, SNAPSHOT);
        snapshot::requires::<TicketCreated>("price", SNAPSHOT);
    }
}
