//! A database as it was at a moment, in place of `mongodump` and `mongorestore`.

use bson::{Document, RawDocumentBuf, doc};
use futures::TryStreamExt;
use mongodb::Database;

/// Every collection of a service's database.
#[derive(Debug, PartialEq)]
pub struct Snapshot(Vec<Collection>);

#[derive(Debug, PartialEq)]
struct Collection {
    name: String,
    indexes: Vec<Document>,
    documents: Vec<RawDocumentBuf>,
}

impl Snapshot {
    pub async fn take(database: &Database) -> Self {
        let mut names = database.list_collection_names().await.unwrap();
        names.sort();
        let mut collections = Vec::new();
        for name in names {
            let indexes = database.run_cursor_command(doc! { "listIndexes": &name }).await.unwrap();
            let indexes = indexes.try_collect().await.unwrap();
            let documents = database.collection(&name).find(doc! {}).sort(doc! { "_id": 1 }).await.unwrap();
            let documents = documents.try_collect().await.unwrap();
            collections.push(Collection { name, indexes, documents });
        }
        Self(collections)
    }

    /// Replaces the database's content by this.
    pub async fn restore_backup(&self, database: &Database) {
        database.drop().await.unwrap();
        for Collection { name, indexes, documents } in &self.0 {
            let _ = database.run_command(doc! { "createIndexes": name, "indexes": indexes }).await.unwrap();
            if !documents.is_empty() {
                let _ = database.collection::<RawDocumentBuf>(name).insert_many(documents).await.unwrap();
            }
        }
        assert_eq!(Self::take(database).await, *self);
    }
}
