use common::{
    events::ExpirationComplete,
    messaging::{Listener, Metadata, Outcome},
};

use super::QUEUE_GROUP;
use crate::models::Orders;

/// Cancels an order that was not paid in time.
pub(super) struct Expire(pub(super) Orders);

impl Listener for Expire {
    type Event = ExpirationComplete;
    const QUEUE_GROUP: &'static str = QUEUE_GROUP;

    async fn on_event(&self, expiration: ExpirationComplete, _: Metadata) -> Outcome {
        Ok(self.0.expire(&expiration.order_id).await?)
    }
}
