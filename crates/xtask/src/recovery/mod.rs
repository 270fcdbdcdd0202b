//! After a service's database was put back as it was at an earlier time.
//!
//! An owner that has forgotten what it told the others counts versions and numbers
//! from older ones, which they take for old news; and orders that were paid
//! meanwhile would hear of the payment and of the end of their hold in any order.
//! So it first takes back what the others keep of it, then hears all events again.

mod orders;
mod tickets;

use anyhow::{Context, Result};
use bson::{Document, doc};
use common::messaging::Broker;
use mongodb::{Collection, Database};

use crate::stack::Inventory;

/// What was taken back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Documents that were behind their copies, or missing.
    pub changed: u64,
    /// Those that were missing.
    pub new: u64,
}

/// Takes back from the others' copies what a service had told them. No service may
/// run. Doing it again changes nothing. Fails if a database can't be reached, or a
/// copy makes no sense.
pub async fn take_back(stack: &Inventory, service: &str) -> Result<Taken> {
    match service {
        "tickets" => tickets::take_back(stack).await,
        "orders" => orders::take_back(stack).await,
        // Nobody keeps copies of theirs.
        _ => Ok(Taken::default()),
    }
}

/// Has a service hear all that the stream still holds when it starts again, and
/// returns its consumers' names. The service must not run.
pub async fn hear_again(stack: &Inventory, service: &str) -> Result<Vec<String>> {
    let broker = Broker::connect(&stack.nats.url, stack.events_prefix.parse().map_err(anyhow::Error::msg)?).await?;
    Ok(broker.rewind(&format!("{service}-service")).await?)
}

async fn database(stack: &Inventory, service: &str) -> Result<Database> {
    common::mongo::connect(stack.mongo_uri(service)?).await.with_context(|| format!("the database of {service}"))
}

impl Taken {
    /// Brings a document that is `behind` its copy up to what was `told`; one that is
    /// missing is made, with what nobody was told.
    async fn one(
        &mut self,
        own: &Collection<Document>,
        behind: Document,
        told: Document,
        untold: Document,
    ) -> Result<()> {
        let id = doc! { "_id": behind.get("_id") };
        self.changed += own.update_one(behind, doc! { "$set": told.clone() }).await?.modified_count;
        let new: Document = told.into_iter().chain(untold).collect();
        if own.update_one(id, doc! { "$setOnInsert": new }).upsert(true).await?.upserted_id.is_some() {
            self.changed += 1;
            self.new += 1;
        }
        Ok(())
    }
}
