//! What all requests share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc::UnboundedSender;

use crate::{call::InFlight, options::Webhook, save::Saver, store::Store, switches::Switches, webhooks::Event};

/// The stand-in's state; clones are the same one.
#[derive(Clone)]
pub(crate) struct Standin(Arc<Inner>);

struct Inner {
    store: Arc<Mutex<Store>>,
    saver: Option<Saver>,
    switches: Switches,
    in_flight: InFlight,
    webhook: Mutex<Option<Webhook>>,
    deliveries: UnboundedSender<Event>,
    minimum_amount: i64,
}

impl Standin {
    pub(crate) fn new(
        store: Arc<Mutex<Store>>,
        saver: Option<Saver>,
        webhook: Option<Webhook>,
        deliveries: UnboundedSender<Event>,
        minimum_amount: i64,
    ) -> Self {
        Self(Arc::new(Inner {
            store,
            saver,
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

    /// Changes the store, alone, and sends off the events of the change.
    pub(crate) fn change<T>(&self, act: impl FnOnce(&mut Store) -> T) -> T {
        let mut store = lock(&self.0.store);
        let outcome = act(&mut store);
        for event in store.take_emitted(self.webhook().is_some()) {
            // Nobody receives them only once the stand-in has stopped.
            let _ = self.0.deliveries.send(event);
        }
        outcome
    }

    /// Returns once all changes so far are on disk, if they are kept there.
    pub(crate) async fn saved(&self) {
        if let Some(saver) = &self.0.saver {
            saver.saved().await;
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
