//! The subscriptions.

mod order_created;

use common::messaging::Listeners;

use crate::AppState;

/// The service's name among the stream's consumers.
const QUEUE_GROUP: &str = "expiration-service";

/// All that the service hears of.
#[must_use]
pub fn listeners(state: &AppState) -> Listeners {
    Listeners::new().with(order_created::Schedule(state.clone()))
}
