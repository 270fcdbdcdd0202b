use common::{
    clock::Clock,
    events::ExpirationComplete,
    messaging::{Failure, Listener, Metadata, Outcome},
};

use super::QUEUE_GROUP;
use crate::models::{OrderReplicas, Payments};

/// Closes an order for payment, as its time is over: it is paid by now, or never.
pub(super) struct Expire {
    pub(super) orders: OrderReplicas,
    pub(super) payments: Payments,
    pub(super) clock: Clock,
}

impl Listener for Expire {
    type Event = ExpirationComplete;
    const QUEUE_GROUP: &'static str = QUEUE_GROUP;

    async fn on_event(&self, expiration: ExpirationComplete, _: Metadata) -> Outcome {
        let id = &expiration.order_id;
        let order = self.orders.find(id).await?;
        if order.as_ref().is_some_and(|order| order.cancelled) {
            return Ok(());
        }
        let terms = order.and_then(|order| order.terms);
        let terms = terms.ok_or_else(|| Failure::retry(format_args!("order {id} is not known yet")))?;
        // Expiration's clock may be ahead: this service's own has to agree.
        if let Some(early) = (terms.expires_at() - self.clock.now()).to_std().ok().filter(|early| !early.is_zero()) {
            metrics::counter!("early_expiries_total").increment(1);
            return Err(Failure::Early(early));
        }
        Ok(self.payments.close(id, terms.price).await?)
    }
}
