//! Replaces search words of an outdated form, such as that of an older Unicode version.

use std::pin::pin;

use bson::{RawDocumentBuf, doc};
use common::{api::TicketId, mongo::readable, text};
use futures::TryStreamExt;
use mongodb::error::Error;
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use super::{Tickets, ticket::never};

/// The fields of a ticket that its words depend on.
#[derive(Deserialize)]
struct Titled {
    #[serde(rename = "_id")]
    id: TicketId,
    title: String,
    begins: Option<bson::DateTime>,
}

impl Tickets {
    /// Replaces outdated words, until `stop` is cancelled; returns of how many tickets. The
    /// version stays, as no other service keeps words. Replicas may run this concurrently:
    /// they write the same.
    pub async fn reindex(self, stop: CancellationToken) -> Result<u64, Error> {
        let outdated = doc! { "$or": [{ "words": { "$ne": text::FORM } }, { "begins": null }] };
        let titles = self.collection.clone_with_type::<RawDocumentBuf>();
        let cursor = titles.find(outdated).projection(doc! { "title": 1, "begins": 1 }).await?;
        let mut titles = pin!(readable::<Titled>(cursor, self.collection.name()));
        let mut indexed = 0;
        while !stop.is_cancelled()
            && let Some(Titled { id, title, begins }) = titles.try_next().await?
        {
            // A concurrent edit has written its own words.
            let unchanged = doc! { "_id": &id, "title": &title, "begins": begins };
            // Of a ticket from before events had times.
            let begins = begins.unwrap_or_else(never);
            let words = doc! { "$set": { "words": text::index(&title), "begins": begins } };
            indexed += self.collection.update_one(unchanged, words).await?.matched_count;
        }
        Ok(indexed)
    }
}
