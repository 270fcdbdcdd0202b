use common::{
    events::PaymentCreated,
    messaging::{Listener, Metadata, Outcome},
};

use super::QUEUE_GROUP;
use crate::models::Tickets;

/// Marks a ticket as sold when its order is paid.
pub(super) struct Sell(pub(super) Tickets);

impl Listener for Sell {
    type Event = PaymentCreated;
    const QUEUE_GROUP: &'static str = QUEUE_GROUP;

    async fn on_event(&self, payment: PaymentCreated, _: Metadata) -> Outcome {
        Ok(self.0.sell(&payment).await?)
    }
}
