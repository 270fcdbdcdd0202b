use common::{
    events::PaymentCreated,
    messaging::{Listener, Metadata, Outcome},
};

use super::QUEUE_GROUP;
use crate::models::Orders;

/// Completes an order that is paid.
pub(super) struct Complete(pub(super) Orders);

impl Listener for Complete {
    type Event = PaymentCreated;
    const QUEUE_GROUP: &'static str = QUEUE_GROUP;

    async fn on_event(&self, payment: PaymentCreated, _: Metadata) -> Outcome {
        Ok(self.0.complete(&payment.order_id).await?)
    }
}
