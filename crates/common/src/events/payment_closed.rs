use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Event, Subject};
use crate::api::OrderId;

/// An order's time is over and nothing was paid for it, and nothing can be any
/// more. An order has this or `payment:created`, never both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentClosed {
    /// The order.
    pub order_id: OrderId,
}

impl Event for PaymentClosed {
    const SUBJECT: Subject = Subject::PaymentClosed;

    fn key(&self) -> String {
        self.order_id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::super::snapshot;
    use super::*;

    const SNAPSHOT: &str = include_str!("snapshots/payment_closed.json");

    #[test]
    fn the_payload_is_as_agreed() {
        snapshot::holds(&PaymentClosed { order_id: "65a000000000000000000003".parse().unwrap() }, SNAPSHOT);
        snapshot::requires::<PaymentClosed>("orderId", SNAPSHOT);
    }
}
