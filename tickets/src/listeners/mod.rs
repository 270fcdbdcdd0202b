//! The subscriptions.

mod order_cancelled;
mod order_created;
mod payment_created;

use common::messaging::Listeners;

use crate::AppState;

/// The service's name among the stream's consumers.
const QUEUE_GROUP: &str = "tickets-service";

/// All that the service hears of.
#[must_use]
pub fn listeners(state: &AppState) -> Listeners {
    Listeners::new()
        .with(order_created::Hold(state.tickets.clone()))
        .with(order_cancelled::Release(state.tickets.clone()))
        .with(payment_created::Sell(state.tickets.clone()))
}
