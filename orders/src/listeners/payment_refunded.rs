use common::{
    events::PaymentRefunded,
    messaging::{Listener, Metadata, Outcome},
};

use super::QUEUE_GROUP;
use crate::models::Orders;

/// Lets the buyer see that money came back.
pub(super) struct Refund(pub(super) Orders);

impl Listener for Refund {
    type Event = PaymentRefunded;
    const QUEUE_GROUP: &'static str = QUEUE_GROUP;

    async fn on_event(&self, payment: PaymentRefunded, _: Metadata) -> Outcome {
        Ok(self.0.mark_refunded(&payment.order_id, payment.amount).await?)
    }
}
