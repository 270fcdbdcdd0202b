use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Event, Subject};
use crate::api::{OrderId, Price, TicketId, UserId, Version};

/// A ticket's title or price has changed, or who holds it. Carries the whole
/// ticket, so that a replica that missed an event is whole again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TicketUpdated {
    /// The ticket.
    pub id: TicketId,
    /// After this change.
    pub version: Version,
    /// Of the event.
    pub title: String,
    /// In dollars.
    pub price: Price,
    /// The seller.
    pub user_id: UserId,
    /// The order that holds it, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
}

impl Event for TicketUpdated {
    const SUBJECT: Subject = Subject::TicketUpdated;

    fn key(&self) -> String {
        format!("{}:{}", self.id, self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::super::snapshot;
    use super::*;

    const SNAPSHOT: &str = include_str!("snapshots/ticket_updated.json");

    #[test]
    fn the_payload_is_as_agreed() {
        let event = TicketUpdated {
            id: "65a000000000000000000001".parse().unwrap(),
            version: Version(3),
            title: "Gala".into(),
            price: "19.99".parse().unwrap(),
            user_id: "65a000000000000000000002".parse().unwrap(),
            order_id: Some("65a000000000000000000003".parse().unwrap()),
        };
        snapshot::holds(&event, SNAPSHOT);
        snapshot::requires::<TicketUpdated>("version", SNAPSHOT);
    }

    #[test]
    fn a_free_ticket_has_no_order() {
        let mut payload: serde_json::Value = serde_json::from_str(SNAPSHOT).unwrap();
        payload.as_object_mut().unwrap().remove("orderId");
        assert_eq!(serde_json::from_value::<TicketUpdated>(payload).unwrap().order_id, None);
    }
}
