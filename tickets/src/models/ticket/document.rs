use bson::Bson;
use common::{
    api::{
        OrderId, Price, TicketId, UserId, Version, price,
        tickets::{About, Ticket},
    },
    events::{TicketCreated, TicketUpdated, TicketWithdrawn},
};
use serde::{Deserialize, Serialize};

use crate::{handover::Sealed, models::standing::Standing};

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
    /// When, where and what, by the seller.
    #[serde(default)]
    pub(crate) about: About,
    /// When the event starts and the ticket leaves the list; [`never`] if nobody says.
    #[serde(default = "never")]
    pub(crate) begins: bson::DateTime,
    /// Whether the seller has taken it off the market.
    #[serde(default)]
    pub(crate) withdrawn: bool,
    /// What lets one in, if it is deposited.
    #[serde(default)]
    pub(crate) handover: Option<Sealed>,
    /// Orders whose money was refunded in full: their handover is closed.
    #[serde(default)]
    pub(crate) refunded: Vec<OrderId>,
    #[serde(flatten)]
    pub(crate) standing: Standing,
    /// Only the relay decodes the events.
    pub(crate) outbox: Vec<Bson>,
}

/// After the start of every event: the end of the year 9999.
pub(crate) fn never() -> bson::DateTime {
    bson::DateTime::from_millis(253_402_300_799_000)
}

/// When an event begins, for filters and sorting.
pub(super) fn begins(about: &About) -> bson::DateTime {
    about.starts_at.map_or_else(never, |start| start.utc().into())
}

impl TicketDocument {
    pub(super) fn created(&self) -> TicketCreated {
        TicketCreated {
            id: self.id.clone(),
            version: self.version,
            title: self.title.clone(),
            price: self.price,
            user_id: self.user_id.clone(),
            about: self.about.clone(),
        }
    }

    /// The ticket as its seller sees it.
    pub(super) fn for_seller(self) -> Ticket {
        let handover_deposited = Some(self.handover.is_some());
        Ticket { handover_deposited, ..self.into() }
    }

    pub(super) fn updated(&self) -> TicketUpdated {
        let TicketCreated { id, version, title, price, user_id, about } = self.created();
        let (order_id, withdrawn) = (self.standing.order_id.clone(), self.withdrawn);
        TicketUpdated { id, version, title, price, user_id, order_id, withdrawn, about }
    }

    pub(super) fn taken_back(&self) -> TicketWithdrawn {
        let TicketCreated { id, version, title, price, user_id, about } = self.created();
        TicketWithdrawn { id, version, title, price, user_id, about }
    }
}

impl From<TicketDocument> for Ticket {
    /// A held or sold ticket shows what was ordered, and not that its seller has withdrawn
    /// it meanwhile. Both show again when the hold ends.
    fn from(ticket: TicketDocument) -> Self {
        let TicketDocument { id, version, user_id, title, price, about, withdrawn, .. } = ticket;
        let Standing { order_id, sold, terms, .. } = ticket.standing;
        let ordered = terms.map(|terms| (terms.title, terms.price, terms.about));
        let (title, price, about) = ordered.unwrap_or((title, price, about));
        let withdrawn = withdrawn && order_id.is_none();
        Self { id, title, price, user_id, version, order_id, sold, withdrawn, about, handover_deposited: None }
    }
}
