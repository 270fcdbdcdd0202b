//! Brings the words of earlier releases into today's form.

use std::{pin::pin, time::Duration};

use bson::{RawDocumentBuf, doc};
use common::{api::TicketId, mongo::readable, text};
use futures::TryStreamExt;
use mongodb::error::Error;
use serde::Deserialize;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::Tickets;

/// When tickets are looked through after a start: at once, and when a roll-out has
/// ended, as until then replicas of an earlier release write their form.
const LOOKS: [Duration; 2] = [Duration::ZERO, Duration::from_mins(10)];
/// How long to wait after a failure.
const PAUSE: Duration = Duration::from_secs(5);

/// What is needed of a ticket to index it.
#[derive(Deserialize)]
struct Titled {
    #[serde(rename = "_id")]
    id: TicketId,
    title: String,
}

/// Indexes what is not indexed by today's rules, in the background.
pub async fn reindex(tickets: Tickets, stop: CancellationToken) {
    for wait in LOOKS {
        let _ = stop.run_until_cancelled(sleep(wait)).await;
        while let Err(error) = tickets.reindex(&stop).await {
            tracing::warn!(%error, "tickets could not be indexed anew");
            let _ = stop.run_until_cancelled(sleep(PAUSE)).await;
        }
    }
    stop.cancelled().await;
}

impl Tickets {
    /// Replaces words of another form. No version is made, as nobody else knows
    /// of words. Several replicas may do so at once: they write the same.
    async fn reindex(&self, stop: &CancellationToken) -> Result<(), Error> {
        // Told to stop, it ends between two calls: one that is under way is not given up.
        if stop.is_cancelled() {
            return Ok(());
        }
        let outdated = doc! { "words": { "$ne": text::FORM } };
        let titles = self.collection.clone_with_type::<RawDocumentBuf>();
        let cursor = titles.find(outdated).projection(doc! { "title": 1 }).await?;
        let mut titles = pin!(readable::<Titled>(cursor, self.collection.name()));
        let mut indexed = 0_u64;
        while let Some(Titled { id, title }) = titles.try_next().await? {
            // An edit since then has made its own words.
            let unchanged = doc! { "_id": &id, "title": &title };
            let words = doc! { "$set": { "words": text::index(&title) } };
            if stop.is_cancelled() {
                break;
            }
            indexed += self.collection.update_one(unchanged, words).await?.matched_count;
        }
        if indexed > 0 {
            tracing::info!(indexed, "tickets are indexed anew");
        }
        Ok(())
    }
}
