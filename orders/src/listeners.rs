//! Which event has which effect on orders and on the replicas of tickets.

use common::{
    events::{PaymentClosed, PaymentCreated, PaymentRefunded, TicketCreated, TicketUpdated, TicketWithdrawn},
    messaging::{Listener, Listeners, Outcome},
};

use crate::models::{Orders, TicketReplicas};

/// All that the service handles.
pub(crate) fn all(orders: &Orders, tickets: &TicketReplicas) -> Listeners {
    Listeners::of("orders-service")
        .on::<TicketCreated>(tickets.clone())
        .on::<TicketUpdated>(tickets.clone())
        .on::<TicketWithdrawn>(tickets.clone())
        .on::<PaymentClosed>(orders.clone())
        .on::<PaymentCreated>(orders.clone())
        .on::<PaymentRefunded>(orders.clone())
}

/// Creates a ticket's replica.
impl Listener<TicketCreated> for TicketReplicas {
    async fn on_event(&self, ticket: TicketCreated) -> Outcome {
        Ok(self.apply(ticket.into()).await?)
    }
}

/// Updates a ticket's replica.
impl Listener<TicketUpdated> for TicketReplicas {
    async fn on_event(&self, ticket: TicketUpdated) -> Outcome {
        Ok(self.apply(ticket.into()).await?)
    }
}

/// Refuses further orders on a ticket.
impl Listener<TicketWithdrawn> for TicketReplicas {
    async fn on_event(&self, ticket: TicketWithdrawn) -> Outcome {
        Ok(self.apply(ticket.into()).await?)
    }
}

/// Cancels an order that was not paid in time: payments publishes this once
/// nothing can be paid for the order any more.
impl Listener<PaymentClosed> for Orders {
    async fn on_event(&self, payment: PaymentClosed) -> Outcome {
        Ok(self.expire(&payment.order_id).await?)
    }
}

/// Completes an order that is paid.
impl Listener<PaymentCreated> for Orders {
    async fn on_event(&self, payment: PaymentCreated) -> Outcome {
        Ok(self.complete(&payment.order_id, payment.paid_at, payment.card).await?)
    }
}

/// Notes on the order that money was refunded.
impl Listener<PaymentRefunded> for Orders {
    async fn on_event(&self, payment: PaymentRefunded) -> Outcome {
        Ok(self.mark_refunded(&payment.order_id, payment.amount).await?)
    }
}
