//! Publishes the events in the documents' outboxes.

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

use super::{Broker, PublishError, pending::PendingEvents};
use crate::{clock::Clock, error::chain};

/// How often the relay looks for events that a crash or an outage has left behind.
const SWEEP: Duration = Duration::from_secs(1);
/// Documents read at a time.
const BATCH: usize = 256;
/// Documents whose outboxes are published at the same time.
const CONCURRENCY: usize = 32;
/// Unpublishable events that are remembered, so that each is logged once.
const LOGGED: usize = 10_000;

/// Wakes a collection's relay. Cheap to clone.
#[derive(Clone, Default)]
pub struct Outbox(Arc<Notify>);

impl Outbox {
    /// To be called after every write that added an event to an outbox.
    pub fn wake(&self) {
        self.0.notify_one();
    }
}

/// Publishes the events in the outboxes of a collection's documents, in each
/// document's order, and removes each once JetStream has stored it.
///
/// Relays of several replicas may publish the same event: its message id lets
/// JetStream drop the duplicate.
///
/// An event that can't be read, or that JetStream refuses, stays in its outbox, is
/// counted and logged once, and holds up no other event.
pub struct Relay {
    collection: Collection<RawDocumentBuf>,
    broker: Broker,
    outbox: Outbox,
    /// Unpublishable events that were logged.
    logged: Mutex<HashSet<String>>,
}

/// The result of one pass over all outboxes.
#[derive(Default)]
struct Pass {
    /// Documents with events to publish.
    documents: u32,
    /// Events that can't be read.
    unreadable: u32,
    /// Events that JetStream refuses.
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

/// What the relay logged last, so that it logs only changes.
#[derive(Default)]
struct State {
    failing: bool,
    /// Kept during an outage, when passes are cut short and may miss the oldest event.
    oldest: Option<DateTime<Utc>>,
}

impl Relay {
    /// A relay for a collection, woken by `outbox`.
    #[must_use]
    pub fn new<T: Send + Sync>(collection: &Collection<T>, broker: Broker, outbox: Outbox) -> Self {
        Self { collection: collection.clone_with_type(), broker, outbox, logged: Mutex::default() }
    }

    /// The index that the relay's query needs. It is sparse: only documents with
    /// events to publish are in it.
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

    /// Publishes until `stop`; then makes one last pass.
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

    /// Publishes until nothing publishable is left. Returns whether there is an outage.
    async fn drain(&self, state: &mut State) -> bool {
        loop {
            let pass = self.pass().await;
            let again = pass.as_ref().is_ok_and(|pass| pass.published > 0 && pass.outage.is_none());
            if pass.as_ref().is_ok_and(|pass| pass.outage.is_some() || pass.refused > 0) {
                self.broker.recreate_streams().await;
            }
            let outage = self.report(pass, state);
            if !again {
                return outage;
            }
        }
    }

    /// Publishes every document's events, or stops at an outage.
    async fn pass(&self) -> Result<Pass, Error> {
        let pending = doc! { "outbox.id": { "$gt": "" } };
        let cursor = self.collection.find(pending).projection(doc! { "outbox": 1 }).await?;
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
        let pending = PendingEvents::read(&document);
        let mut pass = Pass { documents: 1, oldest: pending.oldest, ..Pass::default() };
        for (event, reason) in &pending.unreadable {
            pass.unreadable += 1;
            self.log_once(event, format_args!("it can't be read: {reason}"));
        }
        let mut published = Vec::with_capacity(pending.events.len());
        for event in &pending.events {
            match self.broker.send(event).await {
                Ok(()) => published.push(event.id.as_str()),
                Err(error) if error.is_outage() => {
                    pass.outage = Some(error);
                    break;
                }
                // Listeners accept events in any order: the following ones go on.
                Err(error) => {
                    pass.refused += 1;
                    self.log_once(&format!("{}, {}", pending.id, event.id), chain(&error));
                }
            }
        }
        if !published.is_empty() {
            pass.published = published.len();
            let remove = doc! { "$pull": { "outbox": { "id": { "$in": published } } } };
            self.collection.update_one(doc! { "_id": pending.id }, remove).await?;
        }
        Ok(pass)
    }

    /// Logs an event that stays in its outbox, once.
    fn log_once(&self, event: &str, reason: impl Display) {
        let mut logged = self.logged.lock().unwrap_or_else(PoisonError::into_inner);
        if logged.len() >= LOGGED {
            logged.clear();
        }
        if logged.insert(event.to_owned()) {
            let collection = self.collection.name();
            tracing::error!(collection, event, %reason, "an event can't be published and stays in its outbox");
        }
    }

    /// Sets the gauges, and logs when publishing begins to fail and when it works
    /// again. Returns whether it fails.
    fn report(&self, pass: Result<Pass, Error>, state: &mut State) -> bool {
        let failing = match pass {
            Err(error) => Some(chain(&error)),
            Ok(pass) => {
                let kept = state.oldest.filter(|_| pass.outage.is_some());
                state.oldest = [kept, pass.oldest].into_iter().flatten().min();
                self.measure(&pass, state.oldest);
                pass.outage.map(|error| chain(&error))
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
