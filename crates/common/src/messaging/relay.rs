//! From the documents' outboxes to JetStream.

use std::{sync::Arc, time::Duration};

use bson::doc;
use futures::{StreamExt, TryStreamExt, stream};
use mongodb::{Collection, IndexModel};
use serde::Deserialize;
use tokio::{sync::Notify, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{Broker, Pending, PublishError};

/// How often leftovers are looked for: a crashed replica's, or an outage's.
const SWEEP: Duration = Duration::from_secs(1);
/// Documents read at a time.
const BATCH: i64 = 256;
/// Documents whose outboxes are published at the same time.
const CONCURRENCY: usize = 32;

/// A writer's end of a collection's outboxes: tells the relay that there is
/// something to publish. Cheap to clone.
#[derive(Clone, Default)]
pub struct Outbox(Arc<Notify>);

impl Outbox {
    /// Wakes the relay. To be called after every write that added an event.
    pub fn wake(&self) {
        self.0.notify_one();
    }
}

/// Publishes what stands in the outboxes of a collection's documents, in order
/// document by document, and removes it once JetStream keeps it.
///
/// Several replicas' relays may meet at one document: each event has a message
/// id of its own, by which JetStream drops the second copy.
pub struct Relay {
    collection: Collection<Waiting>,
    broker: Broker,
    outbox: Outbox,
}

/// A document with events to publish.
#[derive(Debug, Deserialize)]
struct Waiting {
    #[serde(rename = "_id")]
    id: bson::Bson,
    outbox: Vec<Pending>,
}

#[derive(Debug, thiserror::Error)]
enum RelayError {
    #[error(transparent)]
    Publish(#[from] PublishError),
    #[error(transparent)]
    Store(#[from] mongodb::error::Error),
}

impl Relay {
    /// A relay for a collection, woken by `outbox`.
    #[must_use]
    pub fn new<T: Send + Sync>(collection: &Collection<T>, broker: Broker, outbox: Outbox) -> Self {
        Self { collection: collection.clone_with_type(), broker, outbox }
    }

    /// The index that a relay's search needs: it has entries only for documents
    /// with something to publish.
    #[must_use]
    pub fn index() -> IndexModel {
        let sparse = mongodb::options::IndexOptions::builder().sparse(true).build();
        IndexModel::builder().keys(doc! { "outbox.id": 1 }).options(sparse).build()
    }

    /// Publishes until told to stop; then publishes what is left, once.
    pub async fn run(self, stop: CancellationToken) {
        let mut failing = false;
        while !stop.is_cancelled() {
            let drained = self.drain().await;
            report(&drained, &mut failing);
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.outbox.0.notified(), if drained.is_ok() => {}
                () = sleep(SWEEP) => {}
            }
        }
        report(&self.drain().await, &mut failing);
    }

    /// Publishes everything that waits.
    async fn drain(&self) -> Result<(), RelayError> {
        loop {
            let waiting = self.waiting().await?;
            metrics::gauge!("outbox_waiting_documents", "collection" => self.collection.name().to_owned())
                .set(u32::try_from(waiting.len()).unwrap_or(u32::MAX));
            if waiting.is_empty() {
                return Ok(());
            }
            // Every document gets its turn even when one fails: the first error
            // is told after all have been tried.
            let outcomes = stream::iter(waiting).map(|document| self.publish(document)).buffer_unordered(CONCURRENCY);
            outcomes.collect::<Vec<_>>().await.into_iter().collect::<Result<(), _>>()?;
        }
    }

    async fn waiting(&self) -> Result<Vec<Waiting>, mongodb::error::Error> {
        let anything = doc! { "outbox.id": { "$gt": "" } };
        let cursor = self.collection.find(anything).projection(doc! { "outbox": 1 }).limit(BATCH).await?;
        cursor.try_collect().await
    }

    async fn publish(&self, document: Waiting) -> Result<(), RelayError> {
        let mut published = Vec::with_capacity(document.outbox.len());
        let mut outcome = Ok(());
        for pending in &document.outbox {
            outcome = self.broker.send(pending).await;
            if outcome.is_err() {
                break;
            }
            published.push(pending.id.as_str());
        }
        if !published.is_empty() {
            let remove = doc! { "$pull": { "outbox": { "id": { "$in": published } } } };
            self.collection.update_one(doc! { "_id": document.id }, remove).await?;
        }
        Ok(outcome?)
    }
}

/// Says when publishing starts to fail, and when it works again.
fn report(drained: &Result<(), RelayError>, failing: &mut bool) {
    match drained {
        Err(error) if !*failing => tracing::warn!(%error, "events wait in their outboxes"),
        Ok(()) if *failing => tracing::info!("the outboxes' events are published again"),
        _ => {}
    }
    *failing = drained.is_err();
}
