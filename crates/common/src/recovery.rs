//! Recovery of a service's documents, after a restored backup, from the replicas
//! that other services keep of them.

use bson::{Document, doc};
use mongodb::{Collection, error::Error};
use serde::Serialize;

/// How much a recovery changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Documents that were behind their replicas, or missing.
    pub changed: u64,
    /// Those of them that were missing.
    pub new: u64,
}

impl Recovered {
    /// Brings one document up to its replica. Where `behind`, which names its
    /// `_id`, matches the stored one, that takes over the `published` fields; where
    /// none is stored, the whole `document` is inserted. Repeating it changes nothing.
    pub async fn apply<T: Serialize + Send + Sync>(
        &mut self,
        collection: &Collection<T>,
        behind: Document,
        document: &T,
        published: &[&str],
    ) -> Result<(), Error> {
        let id = doc! { "_id": behind.get("_id") };
        let document = bson::serialize_to_document(document)?;
        let known = published.iter().filter_map(|field| Some(((*field).to_owned(), document.get(field)?.clone())));
        let known: Document = known.collect();
        self.changed += collection.update_one(behind, doc! { "$set": known }).await?.modified_count;
        let insert = doc! { "$setOnInsert": document };
        if collection.update_one(id, insert).upsert(true).await?.upserted_id.is_some() {
            self.changed += 1;
            self.new += 1;
        }
        Ok(())
    }
}
