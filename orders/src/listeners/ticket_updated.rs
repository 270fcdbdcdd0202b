use common::{
    events::TicketUpdated,
    messaging::{Listener, Metadata, Outcome},
};

use super::QUEUE_GROUP;
use crate::models::TicketReplicas;

/// Keeps a ticket's copy up to date.
pub(super) struct Learn(pub(super) TicketReplicas);

impl Listener for Learn {
    type Event = TicketUpdated;
    const QUEUE_GROUP: &'static str = QUEUE_GROUP;

    async fn on_event(&self, ticket: TicketUpdated, _: Metadata) -> Outcome {
        Ok(self.0.apply(ticket.into()).await?)
    }
}
