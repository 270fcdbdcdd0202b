//! The subscriptions.

mod payment_closed;
mod payment_created;
mod payment_refunded;
mod ticket_created;
mod ticket_updated;

use common::messaging::Listeners;

use crate::AppState;

/// The service's name among the stream's consumers.
const QUEUE_GROUP: &str = "orders-service";

/// All that the service hears of.
#[must_use]
pub fn listeners(state: &AppState) -> Listeners {
    Listeners::new()
        .with(ticket_created::Learn(state.tickets.clone()))
        .with(ticket_updated::Learn(state.tickets.clone()))
        .with(payment_closed::Expire(state.orders.clone()))
        .with(payment_created::Complete(state.orders.clone()))
        .with(payment_refunded::Refund(state.orders.clone()))
}
