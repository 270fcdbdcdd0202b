use common::{
    events::OrderCreated,
    messaging::{Listener, Metadata, Outcome},
};

use super::QUEUE_GROUP;
use crate::models::Tickets;

/// Takes an ordered ticket off the market.
pub(super) struct Hold(pub(super) Tickets);

impl Listener for Hold {
    type Event = OrderCreated;
    const QUEUE_GROUP: &'static str = QUEUE_GROUP;

    async fn on_event(&self, order: OrderCreated, _: Metadata) -> Outcome {
        Ok(self.0.hold(&order).await?)
    }
}
