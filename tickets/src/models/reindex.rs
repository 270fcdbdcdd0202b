//! Replaces search words of an outdated form, such as that of an older Unicode version.

use std::{pin::pin, time::Duration};

use bson::{RawDocumentBuf, doc};
use common::{api::TicketId, error::chain, mongo::readable, text};
use futures::TryStreamExt;
use mongodb::error::Error;
use serde::Deserialize;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{Tickets, ticket::never};

/// The pauses before the two runs after a start. The second run follows the end of a
/// roll-out, during which older replicas still write their form.
const RUNS: [Duration; 2] = [Duration::ZERO, Duration::from_mins(10)];
/// The pause before a failed run is retried.
const PAUSE: Duration = Duration::from_secs(5);

/// The fields of a ticket that its words depend on.
#[derive(Deserialize)]
struct Titled {
    #[serde(rename = "_id")]
    id: TicketId,
    title: String,
    begins: Option<bson::DateTime>,
}

/// Reindexes tickets with outdated words in the background, until `stop` is cancelled.
pub async fn reindex(tickets: Tickets, stop: CancellationToken) {
    for wait in RUNS {
        let _ = stop.run_until_cancelled(sleep(wait)).await;
        while let Err(error) = tickets.reindex(&stop).await {
            tracing::warn!(error = chain(&error), "tickets can't be reindexed yet, trying again");
            let _ = stop.run_until_cancelled(sleep(PAUSE)).await;
        }
    }
    stop.cancelled().await;
}

impl Tickets {
    /// Replaces outdated words. The version stays, as no other service keeps words.
    /// Replicas may run this concurrently: they write the same.
    async fn reindex(&self, stop: &CancellationToken) -> Result<(), Error> {
        // Cancelled only between two calls: a call to MongoDB must not be dropped.
        if stop.is_cancelled() {
            return Ok(());
        }
        let outdated = doc! { "$or": [{ "words": { "$ne": text::FORM } }, { "begins": null }] };
        let titles = self.collection.clone_with_type::<RawDocumentBuf>();
        let cursor = titles.find(outdated).projection(doc! { "title": 1, "begins": 1 }).await?;
        let mut titles = pin!(readable::<Titled>(cursor, self.collection.name()));
        let mut indexed = 0_u64;
        while let Some(Titled { id, title, begins }) = titles.try_next().await? {
            // A concurrent edit has written its own words.
            let unchanged = doc! { "_id": &id, "title": &title, "begins": begins };
            // Of a ticket from before events had times.
            let begins = begins.unwrap_or_else(never);
            let words = doc! { "$set": { "words": text::index(&title), "begins": begins } };
            if stop.is_cancelled() {
                break;
            }
            indexed += self.collection.update_one(unchanged, words).await?.matched_count;
        }
        if indexed > 0 {
            tracing::info!(indexed, "tickets were reindexed");
        }
        Ok(())
    }
}
