//! Replicas of tickets, built from the events of the tickets service.

use bson::doc;
use common::{
    api::{Price, TicketId, UserId, Version, price, tickets::About},
    events::{TicketCreated, TicketUpdated, TicketWithdrawn},
    mongo::is_duplicate_key,
};
use mongodb::{Collection, Database, error::Error};
use serde::{Deserialize, Serialize};

/// The replicas of the tickets. Cheap to clone.
#[derive(Clone)]
pub struct TicketReplicas(Collection<TicketReplica>);

/// A ticket as of the latest event received.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TicketReplica {
    /// The ticket.
    #[serde(rename = "_id")]
    pub id: TicketId,
    /// The ticket's version at that event.
    pub version: Version,
    /// The title of the concert or other event.
    pub title: String,
    /// The seller's price, stored in cents.
    #[serde(with = "price::cents")]
    pub price: Price,
    /// The seller.
    pub user_id: UserId,
    /// When, where and what.
    #[serde(default)]
    pub about: About,
    /// Whether the seller has withdrawn it.
    #[serde(default)]
    pub withdrawn: bool,
}

impl TicketReplicas {
    /// Opens the collection. It is queried by id only and needs no index.
    #[must_use]
    pub fn open(database: &Database) -> Self {
        Self(database.collection("tickets"))
    }

    /// The replica of a ticket.
    pub async fn find(&self, id: &TicketId) -> Result<Option<TicketReplica>, Error> {
        self.0.find_one(doc! { "_id": id }).await
    }

    /// Stores a version of a ticket unless the replica has it or a newer one.
    pub async fn apply(&self, ticket: TicketReplica) -> Result<(), Error> {
        let older = doc! { "_id": &ticket.id, "version": { "$lt": ticket.version } };
        match self.0.replace_one(older, &ticket).upsert(true).await {
            // The replica exists, and is not older: the filter did not match it.
            Err(error) if is_duplicate_key(&error) => Ok(()),
            outcome => outcome.map(drop),
        }
    }
}

impl From<TicketCreated> for TicketReplica {
    fn from(event: TicketCreated) -> Self {
        let TicketCreated { id, version, title, price, user_id, about } = event;
        Self { id, version, title, price, user_id, about, withdrawn: false }
    }
}

impl From<TicketUpdated> for TicketReplica {
    fn from(event: TicketUpdated) -> Self {
        // This service's own orders decide who holds a ticket.
        let TicketUpdated { id, version, title, price, user_id, withdrawn, about, order_id: _ } = event;
        Self { id, version, title, price, user_id, about, withdrawn }
    }
}

impl From<TicketWithdrawn> for TicketReplica {
    fn from(event: TicketWithdrawn) -> Self {
        let TicketWithdrawn { id, version, title, price, user_id, about } = event;
        Self { id, version, title, price, user_id, about, withdrawn: true }
    }
}
