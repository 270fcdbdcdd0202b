use common::{
    events::OrderCancelled,
    messaging::{Listener, Metadata, Outcome},
};

use super::QUEUE_GROUP;
use crate::models::Tickets;

/// Puts a ticket back on the market when its order is cancelled.
pub(super) struct Release(pub(super) Tickets);

impl Listener for Release {
    type Event = OrderCancelled;
    const QUEUE_GROUP: &'static str = QUEUE_GROUP;

    async fn on_event(&self, order: OrderCancelled, _: Metadata) -> Outcome {
        Ok(self.0.release(&order).await?)
    }
}
