use common::{
    events::TicketCreated,
    messaging::{Listener, Metadata, Outcome},
};

use super::QUEUE_GROUP;
use crate::models::TicketReplicas;

/// Keeps a copy of a new ticket.
pub(super) struct Learn(pub(super) TicketReplicas);

impl Listener for Learn {
    type Event = TicketCreated;
    const QUEUE_GROUP: &'static str = QUEUE_GROUP;

    async fn on_event(&self, ticket: TicketCreated, _: Metadata) -> Outcome {
        Ok(self.0.apply(ticket.into()).await?)
    }
}
