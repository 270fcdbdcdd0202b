//! After a service's database was put back as it was at an earlier time.
//!
//! An owner that has forgotten what it told the others counts versions and numbers
//! from older ones, which they take for old news; and orders that were paid
//! meanwhile would hear of the payment and of the end of their hold in any order.
//! So it first takes back what the others keep of it, then hears all events again.

mod orders;
mod tickets;

use anyhow::Result;
use bson::{Document, doc};
use mongodb::Collection;

use crate::Stack;

/// What was taken back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Documents that were behind their copies, or missing.
    pub changed: u64,
    /// Those that were missing.
    pub new: u64,
}

/// Takes back from the others' copies what a service had told them. No service may
/// run. Doing it again changes nothing. Fails if a database can't be reached, or a
/// copy makes no sense.
pub async fn recover(stack: &Stack, service: &str) -> Result<Recovered> {
    match service {
        "tickets" => tickets::recover(stack).await,
        "orders" => orders::recover(stack).await,
        // Nobody keeps copies of theirs.
        _ => Ok(Recovered::default()),
    }
}

/// Has a service hear all that the stream still holds when it starts again, and
/// returns its consumers' names. The service must not run.
pub async fn redeliver(stack: &Stack, service: &str) -> Result<Vec<String>> {
    Ok(stack.broker().await?.rewind(&format!("{service}-service")).await?)
}

impl Recovered {
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
