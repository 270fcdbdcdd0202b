use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Event, Subject};
use crate::api::{OrderId, PaymentId, Price};

/// An order's money has been given back: because the order was cancelled, or by
/// hand, at Stripe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentRefunded {
    /// The payment.
    pub id: PaymentId,
    /// The order.
    pub order_id: OrderId,
    /// Stripe's PaymentIntent.
    pub stripe_id: String,
    /// How much so far, in dollars, if it was not all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Price>,
}

impl Event for PaymentRefunded {
    const SUBJECT: Subject = Subject::PaymentRefunded;

    fn key(&self) -> String {
        // More may follow a part.
        self.amount.map_or_else(|| self.id.to_string(), |amount| format!("{}:{}", self.id, amount.cents()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::snapshot;
    use super::*;

    const SNAPSHOT: &str = include_str!("snapshots/payment_refunded.json");
    const IN_PART: &str = include_str!("snapshots/payment_refunded_in_part.json");

    fn event(amount: Option<Price>) -> PaymentRefunded {
        PaymentRefunded {
            id: "65a000000000000000000005".parse().unwrap(),
            order_id: "65a000000000000000000003".parse().unwrap(),
            stripe_id: "pi_1".into(),
            amount,
        }
    }

    #[test]
    fn the_payload_is_as_agreed() {
        snapshot::holds(&event(None), SNAPSHOT);
        snapshot::holds(&event(Some("7.50".parse().unwrap())), IN_PART);
        snapshot::requires::<PaymentRefunded>("orderId", SNAPSHOT);
    }
}
