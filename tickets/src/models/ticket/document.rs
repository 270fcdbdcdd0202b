use bson::Bson;
use common::{
    api::{Price, TicketId, UserId, Version, price, tickets::Ticket},
    events::{TicketCreated, TicketUpdated},
};
use serde::{Deserialize, Serialize};

use crate::models::standing::Standing;

/// A ticket as it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TicketDocument {
    #[serde(rename = "_id")]
    pub(crate) id: TicketId,
    pub(crate) version: Version,
    pub(crate) title: String,
    /// The title's words, for searches; see [`common::text::index`].
    pub(crate) words: Vec<String>,
    #[serde(with = "price::cents")]
    pub(crate) price: Price,
    pub(crate) user_id: UserId,
    #[serde(flatten)]
    pub(crate) standing: Standing,
    /// Only the relay decodes the events.
    pub(crate) outbox: Vec<Bson>,
}

impl TicketDocument {
    pub(super) fn created(&self) -> TicketCreated {
        TicketCreated {
            id: self.id.clone(),
            version: self.version,
            title: self.title.clone(),
            price: self.price,
            user_id: self.user_id.clone(),
        }
    }

    pub(super) fn updated(&self) -> TicketUpdated {
        let TicketCreated { id, version, title, price, user_id } = self.created();
        TicketUpdated { id, version, title, price, user_id, order_id: self.standing.order_id.clone() }
    }
}

impl From<TicketDocument> for Ticket {
    /// A held or sold ticket shows title and price as ordered. The seller's later
    /// changes show again when the hold ends.
    fn from(ticket: TicketDocument) -> Self {
        let Standing { order_id, sold, terms, .. } = ticket.standing;
        let (title, price) = terms.map_or((ticket.title, ticket.price), |terms| (terms.title, terms.price));
        Self { id: ticket.id, title, price, user_id: ticket.user_id, version: ticket.version, order_id, sold }
    }
}
