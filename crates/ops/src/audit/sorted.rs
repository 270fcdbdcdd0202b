//! Collections that are read in the order of a key.

use anyhow::{Context, Result};
use bson::{RawDocumentBuf, doc};
use common::error::chain;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use mongodb::Database;
use serde::de::DeserializeOwned;

use super::findings::{Findings, Invariant};

/// A document, or which one can't be read and why.
pub(super) type Document<T> = Result<T, String>;

/// Documents in the order of a key, of which one is held in memory besides what the
/// cursor has fetched.
pub(super) struct Sorted<T> {
    documents: BoxStream<'static, Result<Document<T>>>,
    key: fn(&T) -> &str,
    next: Option<T>,
    unreadable: Vec<String>,
    /// How many have been read.
    pub(super) read: usize,
}

impl<T: DeserializeOwned + Send + 'static> Sorted<T> {
    /// Reads a collection in the order of an indexed `field`, which is the `key`.
    pub(super) async fn open(database: &Database, collection: &str, field: &str, key: fn(&T) -> &str) -> Result<Self> {
        let name = format!("{}'s collection {collection}", database.name());
        let documents = database.collection::<RawDocumentBuf>(collection).find(doc! {}).sort(doc! { field: 1 }).await;
        let documents = documents.with_context(|| name.clone())?.map(move |document| {
            let document = document.with_context(|| name.clone())?;
            Ok(bson::deserialize_from_slice(document.as_bytes()).map_err(|error| {
                let id = document.get("_id").ok().flatten();
                format!("document {id:?} in {name} can't be read: {}", chain(&error))
            }))
        });
        Self::of(documents.boxed(), key).await
    }
}

impl<T> Sorted<T> {
    /// Reads documents that are sorted already.
    pub(super) async fn of(documents: BoxStream<'static, Result<Document<T>>>, key: fn(&T) -> &str) -> Result<Self> {
        let mut sorted = Self { documents, key, next: None, unreadable: Vec::new(), read: 0 };
        sorted.advance().await?;
        Ok(sorted)
    }

    /// The key of the next document.
    pub(super) fn key(&self) -> Option<&str> {
        self.next.as_ref().map(self.key)
    }

    /// Takes the documents whose key is `key`, which none that is left is below.
    pub(super) async fn take(&mut self, key: &str) -> Result<Vec<T>> {
        let mut taken = Vec::new();
        while let Some(document) = self.next.take_if(|next| (self.key)(next) == key) {
            taken.push(document);
            self.advance().await?;
        }
        Ok(taken)
    }

    /// Adds the documents that could not be read.
    pub(super) fn add_unreadable(&mut self, findings: &mut Findings) {
        findings.add(Invariant::Convergence, self.unreadable.drain(..));
    }

    async fn advance(&mut self) -> Result<()> {
        while let Some(document) = self.documents.try_next().await? {
            match document {
                Ok(document) => {
                    self.read += 1;
                    self.next = Some(document);
                    return Ok(());
                }
                Err(unreadable) => self.unreadable.push(unreadable),
            }
        }
        Ok(())
    }
}

/// The least of some keys.
pub(super) fn least<const N: usize>(keys: [Option<&str>; N]) -> Option<String> {
    keys.into_iter().flatten().min().map(str::to_owned)
}
