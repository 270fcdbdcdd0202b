use common::{
    events::PaymentClosed,
    messaging::{Listener, Metadata, Outcome},
};

use super::QUEUE_GROUP;
use crate::models::Orders;

/// Cancels an order that was not paid in time: payments says so, once nothing
/// can be paid for it any more.
pub(super) struct Expire(pub(super) Orders);

impl Listener for Expire {
    type Event = PaymentClosed;
    const QUEUE_GROUP: &'static str = QUEUE_GROUP;

    async fn on_event(&self, payment: PaymentClosed, _: Metadata) -> Outcome {
        Ok(self.0.expire(&payment.order_id).await?)
    }
}
