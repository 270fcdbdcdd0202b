//! The subscriptions.

mod expiration_complete;
mod order_cancelled;
mod order_created;

use common::messaging::Listeners;

use crate::AppState;

/// The service's name among the stream's consumers.
const QUEUE_GROUP: &str = "payments-service";

/// All that the service hears of.
#[must_use]
pub fn listeners(state: &AppState) -> Listeners {
    Listeners::new()
        .with(order_created::Learn(state.orders.clone()))
        .with(expiration_complete::Expire {
            orders: state.orders.clone(),
            payments: state.payments.clone(),
            clock: state.clock.clone(),
        })
        .with(order_cancelled::Close { orders: state.orders.clone(), payments: state.payments.clone() })
}
