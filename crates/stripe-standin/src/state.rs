//! The state that all requests share.

use std::sync::{Arc, Mutex};

use tokio::sync::mpsc::UnboundedSender;

use crate::{
    in_flight::InFlight, journal::Journal, lock::lock, models::Event, options::Webhook, store::Store,
    switches::Switches,
};

/// The stand-in's state; clones share it.
#[derive(Clone)]
pub(crate) struct Standin(Arc<Inner>);

struct Inner {
    store: Mutex<Store>,
    journal: Option<Journal>,
    switches: Switches,
    in_flight: InFlight,
    webhook: Mutex<Option<Webhook>>,
    deliveries: UnboundedSender<Event>,
    minimum_amount: i64,
}

impl Standin {
    pub(crate) fn new(
        store: Store,
        journal: Option<Journal>,
        webhook: Option<Webhook>,
        deliveries: UnboundedSender<Event>,
        minimum_amount: i64,
    ) -> Self {
        Self(Arc::new(Inner {
            store: Mutex::new(store),
            journal,
            switches: Switches::default(),
            in_flight: InFlight::default(),
            webhook: Mutex::new(webhook),
            deliveries,
            minimum_amount,
        }))
    }

    pub(crate) fn read<T>(&self, read: impl FnOnce(&Store) -> T) -> T {
        read(&lock(&self.0.store))
    }

    /// Changes the store exclusively, journals the change and queues its events.
    pub(crate) fn change<T>(&self, act: impl FnOnce(&mut Store) -> T) -> T {
        let mut store = lock(&self.0.store);
        let outcome = act(&mut store);
        for event in store.take_emitted(self.webhook().is_some()) {
            // The receiver ends only with the stand-in.
            let _ = self.0.deliveries.send(event);
        }
        match (store.take_changes(), &self.0.journal) {
            (Some(Ok(change)), Some(journal)) => journal.append(change),
            (Some(Err(error)), _) => tracing::error!(%error, "a change can't be written as JSON and is not journalled"),
            _ => {}
        }
        outcome
    }

    /// Returns once all changes so far are on disk, if there is a journal.
    pub(crate) async fn saved(&self) {
        if let Some(journal) = &self.0.journal {
            journal.saved().await;
        }
    }

    pub(crate) fn switches(&self) -> &Switches {
        &self.0.switches
    }

    pub(crate) fn in_flight(&self) -> &InFlight {
        &self.0.in_flight
    }

    pub(crate) fn webhook(&self) -> Option<Webhook> {
        lock(&self.0.webhook).clone()
    }

    pub(crate) fn set_webhook(&self, webhook: Option<Webhook>) {
        *lock(&self.0.webhook) = webhook;
    }

    pub(crate) fn minimum_amount(&self) -> i64 {
        self.0.minimum_amount
    }
}
