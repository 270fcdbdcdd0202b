//! What all requests share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc::UnboundedSender;

use crate::{call::InFlight, journal::Journal, options::Webhook, store::Store, switches::Switches, webhooks::Event};

/// The stand-in's state; clones are the same one.
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

    pub(crate) fn read<T>(&self, look: impl FnOnce(&Store) -> T) -> T {
        look(&lock(&self.0.store))
    }

    /// Changes the store, alone, keeps the change, and sends off its events.
    pub(crate) fn change<T>(&self, act: impl FnOnce(&mut Store) -> T) -> T {
        let mut store = lock(&self.0.store);
        let outcome = act(&mut store);
        for event in store.take_emitted(self.webhook().is_some()) {
            // Nobody receives them only once the stand-in has stopped.
            let _ = self.0.deliveries.send(event);
        }
        match (store.take_changes(), &self.0.journal) {
            (Some(Ok(change)), Some(journal)) => journal.append(change),
            (Some(Err(error)), _) => tracing::error!(%error, "a change is not kept, as it can't be written as JSON"),
            _ => {}
        }
        outcome
    }

    /// Returns once all changes so far are on disk, if they are kept there.
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

/// Locks; what a panicking thread has left behind is as good as any.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
