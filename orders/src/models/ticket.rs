//! What this service knows of tickets: copies, by the events of their owner.

use bson::doc;
use common::{
    api::{Price, TicketId, UserId, Version, price},
    events::{TicketCreated, TicketUpdated},
    mongo::is_duplicate_key,
};
use mongodb::{Collection, Database, error::Error};
use serde::{Deserialize, Serialize};

/// Copies of the tickets. Cheap to clone.
#[derive(Clone)]
pub struct Tickets(Collection<TicketReplica>);

/// A ticket as it was when its latest event left the tickets service.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TicketReplica {
    /// The ticket.
    #[serde(rename = "_id")]
    pub id: TicketId,
    /// Its version there.
    pub version: Version,
    /// Of the event.
    pub title: String,
    /// What the seller asks.
    #[serde(with = "price::cents")]
    pub price: Price,
    /// The seller.
    pub user_id: UserId,
}

impl Tickets {
    /// Opens the collection, whose documents are found by their id alone.
    #[must_use]
    pub fn open(database: &Database) -> Self {
        Self(database.collection("tickets"))
    }

    /// A ticket's copy.
    pub async fn find(&self, id: &TicketId) -> Result<Option<TicketReplica>, Error> {
        self.0.find_one(doc! { "_id": id }).await
    }

    /// Takes over a newer version of a ticket, known or not; an older one is no news.
    pub async fn apply(&self, ticket: TicketReplica) -> Result<(), Error> {
        let older = doc! { "_id": &ticket.id, "version": { "$lt": ticket.version } };
        match self.0.replace_one(older, &ticket).upsert(true).await {
            // It is known at this version or a newer one: nothing older was
            // found, and what there is has the id.
            Err(error) if is_duplicate_key(&error) => Ok(()),
            outcome => outcome.map(drop),
        }
    }
}

impl From<TicketCreated> for TicketReplica {
    fn from(event: TicketCreated) -> Self {
        let TicketCreated { id, version, title, price, user_id } = event;
        Self { id, version, title, price, user_id }
    }
}

impl From<TicketUpdated> for TicketReplica {
    fn from(event: TicketUpdated) -> Self {
        // Who holds a ticket is for this service's own orders to say.
        let TicketUpdated { id, version, title, price, user_id, order_id: _ } = event;
        Self { id, version, title, price, user_id }
    }
}
