//! From the documents' outboxes to JetStream.

use std::{
    collections::HashSet,
    fmt::Display,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bson::{RawDocumentBuf, doc};
use chrono::{DateTime, Utc};
use futures::{StreamExt, TryStreamExt, stream};
use mongodb::{Collection, IndexModel, error::Error};
use tokio::{sync::Notify, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{Broker, PublishError, waiting::Waiting};
use crate::clock::Clock;

/// How often leftovers are looked for: a crashed replica's, or an outage's.
const SWEEP: Duration = Duration::from_secs(1);
/// Documents read at a time.
const BATCH: usize = 256;
/// Documents whose outboxes are published at the same time.
const CONCURRENCY: usize = 32;
/// Events that stay in their outboxes and are remembered as told of.
const REMEMBERED: usize = 10_000;

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
///
/// An event that can't be read, or that JetStream refuses, stays where it is,
/// counted and named; other documents' events go on behind it.
pub struct Relay {
    collection: Collection<RawDocumentBuf>,
    broker: Broker,
    outbox: Outbox,
    told: Mutex<HashSet<String>>,
}

/// What one look at all outboxes came to.
#[derive(Default)]
struct Pass {
    /// Documents with something to publish.
    documents: u32,
    /// Events that can't be read.
    unreadable: u32,
    /// Events that JetStream does not take.
    refused: u32,
    published: usize,
    oldest: Option<DateTime<Utc>>,
    /// Why nothing can be published just now.
    outage: Option<PublishError>,
}

impl Pass {
    fn add(&mut self, other: Self) {
        self.documents += other.documents;
        self.unreadable += other.unreadable;
        self.refused += other.refused;
        self.published += other.published;
        self.oldest = [self.oldest, other.oldest].into_iter().flatten().min();
        self.outage = self.outage.take().or(other.outage);
    }
}

/// What the relay said last, so that it speaks only of changes.
#[derive(Default)]
struct State {
    failing: bool,
    /// An outage's looks are cut short: the oldest event that was seen stays so.
    oldest: Option<DateTime<Utc>>,
}

impl Relay {
    /// A relay for a collection, woken by `outbox`.
    #[must_use]
    pub fn new<T: Send + Sync>(collection: &Collection<T>, broker: Broker, outbox: Outbox) -> Self {
        Self { collection: collection.clone_with_type(), broker, outbox, told: Mutex::default() }
    }

    /// The index that a relay's search needs: it has entries only for documents
    /// with something to publish.
    #[must_use]
    pub fn index() -> IndexModel {
        let sparse = mongodb::options::IndexOptions::builder().sparse(true).build();
        IndexModel::builder().keys(doc! { "outbox.id": 1 }).options(sparse).build()
    }

    /// The collection's name.
    #[must_use]
    pub fn collection(&self) -> &str {
        self.collection.name()
    }

    /// Publishes until told to stop; then publishes what is left, once.
    pub async fn run(self, stop: CancellationToken) {
        let mut state = State::default();
        while !stop.is_cancelled() {
            let outage = self.drain(&mut state).await;
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.outbox.0.notified(), if !outage => {}
                () = sleep(SWEEP) => {}
            }
        }
        self.drain(&mut state).await;
    }

    /// Publishes everything that waits and can be published, and tells whether
    /// there is an outage.
    async fn drain(&self, state: &mut State) -> bool {
        loop {
            let pass = self.pass().await;
            let again = pass.as_ref().is_ok_and(|pass| pass.published > 0 && pass.outage.is_none());
            if pass.as_ref().is_ok_and(|pass| pass.outage.is_some() || pass.refused > 0) {
                self.broker.heal().await;
            }
            let outage = self.report(pass, state);
            if !again {
                return outage;
            }
        }
    }

    /// Has every waiting document's events published, unless there is an outage.
    async fn pass(&self) -> Result<Pass, Error> {
        let anything = doc! { "outbox.id": { "$gt": "" } };
        let cursor = self.collection.find(anything).projection(doc! { "outbox": 1 }).await?;
        let mut chunks = cursor.try_chunks(BATCH);
        let mut whole = Pass::default();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|error| error.1)?;
            let outcomes = stream::iter(chunk).map(|document| self.publish(document)).buffer_unordered(CONCURRENCY);
            // Every document gets its turn even when one fails.
            for outcome in outcomes.collect::<Vec<_>>().await {
                whole.add(outcome?);
            }
            if whole.outage.is_some() {
                break;
            }
        }
        Ok(whole)
    }

    async fn publish(&self, document: RawDocumentBuf) -> Result<Pass, Error> {
        let waiting = Waiting::read(&document);
        let mut pass = Pass { documents: 1, oldest: waiting.oldest, ..Pass::default() };
        for (event, reason) in &waiting.unreadable {
            pass.unreadable += 1;
            self.tell(event, format_args!("it can't be read: {reason}"));
        }
        let mut published = Vec::with_capacity(waiting.events.len());
        for pending in &waiting.events {
            match self.broker.send(pending).await {
                Ok(()) => published.push(pending.id.as_str()),
                Err(error) if error.is_outage() => {
                    pass.outage = Some(error);
                    break;
                }
                // Listeners take events in any order: those behind it go on.
                Err(error) => {
                    pass.refused += 1;
                    self.tell(&format!("{}, {}", waiting.id, pending.id), error);
                }
            }
        }
        if !published.is_empty() {
            pass.published = published.len();
            let remove = doc! { "$pull": { "outbox": { "id": { "$in": published } } } };
            self.collection.update_one(doc! { "_id": waiting.id }, remove).await?;
        }
        Ok(pass)
    }

    /// Names an event that stays where it is, once.
    fn tell(&self, event: &str, reason: impl Display) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.len() >= REMEMBERED {
            told.clear();
        }
        if told.insert(event.to_owned()) {
            let collection = self.collection.name();
            tracing::error!(collection, event, %reason, "an event can't be published and stays in its outbox");
        }
    }

    /// Sets the gauges, says when publishing starts to fail and when it works
    /// again, and tells whether it fails.
    fn report(&self, pass: Result<Pass, Error>, state: &mut State) -> bool {
        let failing = match pass {
            Err(error) => Some(error.to_string()),
            Ok(pass) => {
                let kept = state.oldest.filter(|_| pass.outage.is_some());
                state.oldest = [kept, pass.oldest].into_iter().flatten().min();
                self.measure(&pass, state.oldest);
                pass.outage.map(|error| error.to_string())
            }
        };
        match &failing {
            Some(reason) if !state.failing => tracing::warn!(reason, "events wait in their outboxes"),
            None if state.failing => tracing::info!("the outboxes' events are published again"),
            _ => {}
        }
        state.failing = failing.is_some();
        state.failing
    }

    fn measure(&self, pass: &Pass, oldest: Option<DateTime<Utc>>) {
        let labels = [("collection", self.collection.name().to_owned())];
        let age = oldest.map_or(0, |oldest| (Clock::system().now() - oldest).num_milliseconds().max(0));
        metrics::gauge!("outbox_waiting_documents", &labels).set(pass.documents);
        metrics::gauge!("outbox_unreadable_events", &labels).set(pass.unreadable);
        metrics::gauge!("outbox_refused_events", &labels).set(pass.refused);
        #[allow(clippy::cast_precision_loss, reason = "milliseconds of an age are exact for 285,000 years")]
        metrics::gauge!("outbox_oldest_event_seconds", &labels).set(age as f64 / 1000.0);
    }
}
