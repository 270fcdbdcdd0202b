//! Which event has which effect on the queue of holds.

use common::{
    events::OrderCreated,
    messaging::{Failure, Listener, Listeners, Outcome},
};

use crate::{AppState, hold::Hold};

/// All that the service handles.
pub(crate) fn all(state: &AppState) -> Listeners {
    Listeners::of("expiration-service").on::<OrderCreated>(state.clone())
}

/// Schedules the end of an order's hold.
impl Listener<OrderCreated> for AppState {
    async fn on_event(&self, order: OrderCreated) -> Outcome {
        let hold = Hold::new(&order, self.grace);
        self.queue.schedule(&[hold], self.clock.now()).await.map_err(Failure::retry)
    }
}
