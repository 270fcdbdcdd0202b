//! Which event has which effect on tickets.

use common::{
    events::{OrderCancelled, OrderCreated, PaymentCreated, PaymentRefunded},
    messaging::{Listener, Listeners, Outcome},
};

use crate::models::Tickets;

/// All that the service handles.
pub(crate) fn all(tickets: &Tickets) -> Listeners {
    Listeners::of("tickets-service")
        .on::<OrderCreated>(tickets.clone())
        .on::<OrderCancelled>(tickets.clone())
        .on::<PaymentCreated>(tickets.clone())
        .on::<PaymentRefunded>(tickets.clone())
}

/// Takes an ordered ticket off the market.
impl Listener<OrderCreated> for Tickets {
    async fn on_event(&self, order: OrderCreated) -> Outcome {
        Ok(self.hold(&order).await?)
    }
}

/// Puts a ticket back on the market when its order is cancelled.
impl Listener<OrderCancelled> for Tickets {
    async fn on_event(&self, order: OrderCancelled) -> Outcome {
        Ok(self.release(&order).await?)
    }
}

/// Marks a ticket as sold when its order is paid.
impl Listener<PaymentCreated> for Tickets {
    async fn on_event(&self, payment: PaymentCreated) -> Outcome {
        Ok(self.sell(&payment).await?)
    }
}

/// Closes the handover to a buyer who got all their money back.
impl Listener<PaymentRefunded> for Tickets {
    async fn on_event(&self, payment: PaymentRefunded) -> Outcome {
        Ok(self.refund(&payment).await?)
    }
}
