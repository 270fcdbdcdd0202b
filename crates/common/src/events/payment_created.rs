use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Event, Subject};
use crate::api::{OrderId, PaymentId, TicketId};

/// An order is paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentCreated {
    /// The payment.
    pub id: PaymentId,
    /// The order.
    pub order_id: OrderId,
    /// Stripe's PaymentIntent.
    pub stripe_id: String,
    /// What is paid for. Payments of orders that payments heard of before it
    /// kept their tickets do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<PaidTicket>,
}

/// The ticket of a paid order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaidTicket {
    /// The ticket.
    pub id: TicketId,
    /// The order's number among those on this ticket.
    #[schemars(range(min = 1))]
    pub sequence: i64,
}

impl Event for PaymentCreated {
    const SUBJECT: Subject = Subject::PaymentCreated;

    fn key(&self) -> String {
        self.id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::super::snapshot;
    use super::*;

    const SNAPSHOT: &str = include_str!("snapshots/payment_created.json");
    const WITHOUT_TICKET: &str = include_str!("snapshots/payment_created_without_ticket.json");

    fn event(ticket: Option<PaidTicket>) -> PaymentCreated {
        PaymentCreated {
            id: "65a000000000000000000005".parse().unwrap(),
            order_id: "65a000000000000000000003".parse().unwrap(),
            stripe_id: "pi_1".into(),
            ticket,
        }
    }

    #[test]
    fn the_payload_is_as_agreed() {
        let ticket = PaidTicket { id: "65a000000000000000000001".parse().unwrap(), sequence: 1 };
        snapshot::holds(&event(Some(ticket)), SNAPSHOT);
        snapshot::requires::<PaymentCreated>("orderId", SNAPSHOT);
    }

    #[test]
    fn what_was_published_before_it_named_the_ticket_still_counts() {
        snapshot::holds(&event(None), WITHOUT_TICKET);
    }
}
