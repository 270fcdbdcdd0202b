use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Event, Subject};
use crate::api::OrderId;

/// An order's time to pay, and the grace after it, is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExpirationComplete {
    /// The order.
    pub order_id: OrderId,
}

impl Event for ExpirationComplete {
    const SUBJECT: Subject = Subject::ExpirationComplete;

    fn key(&self) -> String {
        self.order_id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::super::snapshot;
    use super::*;

    const SNAPSHOT: &str = include_str!("snapshots/expiration_complete.json");

    #[test]
    fn the_payload_is_as_agreed() {
        let event = ExpirationComplete { order_id: "65a000000000000000000003".parse().unwrap() };
        snapshot::holds(&event, SNAPSHOT);
        snapshot::requires::<ExpirationComplete>("orderId", SNAPSHOT);
    }
}
