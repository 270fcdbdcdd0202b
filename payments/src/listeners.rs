//! Which event has which effect on payments and on the replicas of orders.

use common::{
    events::{ExpirationComplete, OrderCancelled, OrderCreated},
    messaging::{Failure, Listener, Listeners, Outcome},
};

use crate::{AppState, models::OrderReplicas};

/// All that the service handles.
pub(crate) fn all(state: &AppState) -> Listeners {
    Listeners::of("payments-service")
        .on::<OrderCreated>(state.orders.clone())
        .on::<OrderCancelled>(state.clone())
        .on::<ExpirationComplete>(state.clone())
}

/// Creates an order's replica: what is to be paid, by whom and until when.
impl Listener<OrderCreated> for OrderReplicas {
    async fn on_event(&self, order: OrderCreated) -> Outcome {
        Ok(self.create(&order).await?)
    }
}

/// Makes sure that a cancelled order's money is not taken, or is refunded: the
/// recovery worker does so, as often as Stripe needs to be asked.
impl Listener<OrderCancelled> for AppState {
    async fn on_event(&self, order: OrderCancelled) -> Outcome {
        // In this order: a reconciliation in progress either reads the cancellation,
        // or finds the payment changed and starts over.
        self.orders.cancel(&order).await?;
        Ok(self.payments.reconcile_now(&order.id).await?)
    }
}

/// Closes an order for payment, as its time is over: it is paid by now, or never.
impl Listener<ExpirationComplete> for AppState {
    async fn on_event(&self, expiration: ExpirationComplete) -> Outcome {
        let id = &expiration.order_id;
        let order = self.orders.find(id).await?;
        if order.as_ref().is_some_and(|order| order.cancelled) {
            return Ok(());
        }
        let terms = order.and_then(|order| order.terms);
        let terms = terms.ok_or_else(|| Failure::retry(format!("order {id} is not known yet")))?;
        // Expiration's clock may be ahead: this service's own has to agree.
        if let Some(early) = (terms.expires_at() - self.clock.now()).to_std().ok().filter(|early| !early.is_zero()) {
            metrics::counter!("early_expiries_total").increment(1);
            return Err(Failure::Early(early));
        }
        Ok(self.payments.close(id, terms.price).await?)
    }
}
