use common::{
    events::OrderCreated,
    messaging::{Listener, Metadata, Outcome},
};

use super::QUEUE_GROUP;
use crate::models::OrderReplicas;

/// Learns what is to be paid, by whom and until when.
pub(super) struct Learn(pub(super) OrderReplicas);

impl Listener for Learn {
    type Event = OrderCreated;
    const QUEUE_GROUP: &'static str = QUEUE_GROUP;

    async fn on_event(&self, order: OrderCreated, _: Metadata) -> Outcome {
        Ok(self.0.create(&order).await?)
    }
}
