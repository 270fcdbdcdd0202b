use common::{
    events::OrderCreated,
    messaging::{Failure, Listener, Metadata, Outcome},
};

use super::QUEUE_GROUP;
use crate::{AppState, jobs::Hold};

/// Schedules the end of an order's hold.
pub(super) struct Schedule(pub(super) AppState);

impl Listener for Schedule {
    type Event = OrderCreated;
    const QUEUE_GROUP: &'static str = QUEUE_GROUP;

    async fn on_event(&self, order: OrderCreated, _: Metadata) -> Outcome {
        let hold = Hold::new(&order, self.0.grace);
        self.0.queue.schedule(&[hold], self.0.clock.now()).await.map_err(Failure::retry)
    }
}
