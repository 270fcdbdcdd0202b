use chrono::TimeDelta;
use common::{
    events::OrderCreated,
    messaging::{Failure, Listener, Metadata, Outcome},
};

use super::QUEUE_GROUP;
use crate::jobs::{Hold, Queue};

/// Schedules the end of an order's hold.
pub(super) struct Schedule {
    pub(super) queue: Queue,
    pub(super) grace: TimeDelta,
}

impl Listener for Schedule {
    type Event = OrderCreated;
    const QUEUE_GROUP: &'static str = QUEUE_GROUP;

    async fn on_event(&self, order: OrderCreated, _: Metadata) -> Outcome {
        let hold = Hold::new(&order, self.grace);
        self.queue.schedule(&[hold]).await.map_err(Failure::retry)
    }
}
