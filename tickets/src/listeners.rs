//! Which event has which effect on tickets.

use common::{
    events::{OrderCancelled, OrderCompleted, OrderCreated, OrderRefunded},
    messaging::{Listener, Listeners, Outcome},
};

use crate::models::Tickets;

/// All that the service handles.
pub(crate) fn all(tickets: &Tickets) -> Listeners {
    Listeners::of("tickets-service")
        .on::<OrderCreated>(tickets.clone())
        .on::<OrderCancelled>(tickets.clone())
        .on::<OrderCompleted>(tickets.clone())
        .on::<OrderRefunded>(tickets.clone())
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

/// Sells a ticket when its order is complete.
impl Listener<OrderCompleted> for Tickets {
    async fn on_event(&self, order: OrderCompleted) -> Outcome {
        Ok(self.sell(&order).await?)
    }
}

/// Closes the handover to a buyer who got all their money back.
impl Listener<OrderRefunded> for Tickets {
    async fn on_event(&self, order: OrderRefunded) -> Outcome {
        Ok(self.refund(&order).await?)
    }
}
