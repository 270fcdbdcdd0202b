use common::{
    events::OrderCancelled,
    messaging::{Listener, Metadata, Outcome},
};

use super::QUEUE_GROUP;
use crate::models::{OrderReplicas, Payments};

/// Sees to it that a cancelled order's money is not taken, or is given back:
/// the recovery worker does so, as often as Stripe needs to be asked.
pub(super) struct Close {
    pub(super) orders: OrderReplicas,
    pub(super) payments: Payments,
}

impl Listener for Close {
    type Event = OrderCancelled;
    const QUEUE_GROUP: &'static str = QUEUE_GROUP;

    async fn on_event(&self, order: OrderCancelled, _: Metadata) -> Outcome {
        // In this order: whoever settles the payment right now either reads the
        // cancellation or finds the payment changed and reads again.
        self.orders.cancel(&order).await?;
        Ok(self.payments.reconcile_now(&order.id).await?)
    }
}
