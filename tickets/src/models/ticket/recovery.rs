//! Tickets of a restored backup, brought up to what orders knows of them.

use std::pin::pin;

use bson::{RawDocumentBuf, doc};
use common::{
    api::{Price, TicketId, UserId, Version, price, tickets::About},
    mongo::readable,
    recovery::Recovered,
    text,
};
use futures::TryStreamExt;
use mongodb::{Database, error::Error};
use serde::Deserialize;

use super::{
    super::standing::Standing,
    document::{TicketDocument, begins},
};

/// What of a ticket orders knows better than an older copy of the ticket.
const PUBLISHED: [&str; 7] = ["version", "title", "words", "price", "about", "begins", "withdrawn"];

/// Orders' replica of a ticket.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Replica {
    #[serde(rename = "_id")]
    id: TicketId,
    version: Version,
    title: String,
    #[serde(with = "price::cents")]
    price: Price,
    user_id: UserId,
    #[serde(default)]
    about: About,
    #[serde(default)]
    withdrawn: bool,
}

/// Brings `tickets` up to what `orders` has: tickets that are behind and tickets
/// that are missing. Which orders hold or have bought them, the events say that are
/// delivered again afterwards. No service may run. Repeating it changes nothing.
pub async fn recover(tickets: &Database, orders: &Database) -> Result<Recovered, Error> {
    let own = tickets.collection::<TicketDocument>("tickets");
    let replicas = orders.collection::<RawDocumentBuf>("tickets").find(doc! {}).await?;
    let mut replicas = pin!(readable::<Replica>(replicas, "tickets, orders' replicas"));
    let mut recovered = Recovered::default();
    while let Some(replica) = replicas.try_next().await? {
        let behind = doc! { "_id": &replica.id, "version": { "$lt": replica.version } };
        recovered.apply(&own, behind, &replica.into(), &PUBLISHED).await?;
    }
    Ok(recovered)
}

impl From<Replica> for TicketDocument {
    fn from(replica: Replica) -> Self {
        Self {
            id: replica.id,
            version: replica.version,
            words: text::index(&replica.title),
            title: replica.title,
            price: replica.price,
            user_id: replica.user_id,
            begins: begins(&replica.about),
            about: replica.about,
            withdrawn: replica.withdrawn,
            // Lost with the database: no other service has it.
            handover: None,
            refunded: Vec::new(),
            standing: Standing::default(),
            outbox: Vec::new(),
        }
    }
}
