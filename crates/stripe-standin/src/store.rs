//! All stored objects.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    error::ApiError,
    models::{Charge, Dispute, Event, PaymentIntent, PaymentMethod, Record, Refund, Token},
};

/// A kind of object that is stored.
pub(crate) trait Stored: Sized {
    fn wrap(self) -> Object;
    fn of(object: &Object) -> Option<&Self>;
    fn of_mut(object: &mut Object) -> Option<&mut Self>;
}

macro_rules! stored {
    ($($kind:ident),*) => {
        /// An object of any kind.
        #[derive(Debug, Serialize, Deserialize)]
        pub(crate) enum Object {
            $($kind($kind)),*
        }

        $(impl Stored for $kind {
            fn wrap(self) -> Object {
                Object::$kind(self)
            }

            fn of(object: &Object) -> Option<&Self> {
                if let Object::$kind(object) = object { Some(object) } else { None }
            }

            fn of_mut(object: &mut Object) -> Option<&mut Self> {
                if let Object::$kind(object) = object { Some(object) } else { None }
            }
        })*
    };
}

stored!(PaymentIntent, PaymentMethod, Token, Charge, Refund, Dispute, Record, Event);

/// Changed objects by id; nothing in place of one that was removed.
pub(crate) type Changes = BTreeMap<String, Option<Object>>;

/// All objects by id, of which each kind has its own prefix. Exclusive access serializes
/// requests, so two of them can't overlap on one intent.
#[derive(Debug, Default)]
pub(crate) struct Store {
    objects: BTreeMap<String, Object>,
    changed: BTreeSet<String>,
    emitted: Vec<Event>,
}

impl Store {
    pub(crate) fn get<T: Stored>(&self, id: &str) -> Option<&T> {
        T::of(self.objects.get(id)?)
    }

    /// An object to change.
    pub(crate) fn get_mut<T: Stored>(&mut self, id: &str) -> Option<&mut T> {
        let object = T::of_mut(self.objects.get_mut(id)?)?;
        self.changed.insert(id.to_owned());
        Some(object)
    }

    pub(crate) fn put(&mut self, id: &str, object: impl Stored) {
        self.changed.insert(id.to_owned());
        self.objects.insert(id.to_owned(), object.wrap());
    }

    pub(crate) fn remove(&mut self, id: &str) {
        if self.objects.remove(id).is_some() {
            self.changed.insert(id.to_owned());
        }
    }

    /// All objects of a kind.
    pub(crate) fn all<T: Stored + 'static>(&self) -> impl Iterator<Item = &T> {
        self.objects.values().filter_map(T::of)
    }

    pub(crate) fn intent(&self, id: &str) -> Result<&PaymentIntent, ApiError> {
        self.get(id).ok_or_else(|| ApiError::not_found("payment_intent", id).param("intent"))
    }

    pub(crate) fn intent_mut(&mut self, id: &str) -> Result<&mut PaymentIntent, ApiError> {
        self.get_mut(id).ok_or_else(|| ApiError::not_found("payment_intent", id).param("intent"))
    }

    /// The latest charge of an intent.
    pub(crate) fn latest_charge(&self, intent: &PaymentIntent) -> Option<&Charge> {
        self.get(intent.latest_charge.as_ref()?)
    }

    /// Emits a webhook event.
    pub(crate) fn emit(&mut self, kind: &str, object: &Value) {
        self.emitted.push(Event::new(kind, object));
    }

    /// Events emitted since the last call, which are stored until they are delivered; dropped
    /// unless there is a webhook endpoint.
    pub(crate) fn take_emitted(&mut self, has_webhook: bool) -> Vec<Event> {
        let mut emitted = std::mem::take(&mut self.emitted);
        emitted.retain(|_| has_webhook);
        for event in &emitted {
            self.put(&event.id, event.clone());
        }
        emitted
    }

    /// The changes since the last call, as a line; `None` without any.
    pub(crate) fn take_changes(&mut self) -> Option<serde_json::Result<Vec<u8>>> {
        let changed = std::mem::take(&mut self.changed);
        (!changed.is_empty()).then(|| line(changed.iter().map(|id| (id, self.objects.get(id)))))
    }

    /// All objects, as a line.
    pub(crate) fn snapshot(&self) -> serde_json::Result<Vec<u8>> {
        line(self.objects.iter())
    }

    /// Applies changes from the journal.
    pub(crate) fn apply(&mut self, changes: Changes) {
        for (id, object) in changes {
            match object {
                Some(object) => self.objects.insert(id, object),
                None => self.objects.remove(&id),
            };
        }
    }

    /// Forgets the responses of idempotency keys from before a time, in seconds since the epoch.
    pub(crate) fn forget_records(&mut self, before: i64) {
        self.objects.retain(|_, object| Record::of(object).is_none_or(|record| record.at > before));
    }
}

fn line<'a>(objects: impl Iterator<Item = (&'a String, impl Serialize)>) -> serde_json::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(&objects.collect::<BTreeMap<_, _>>())?;
    line.push(b'\n');
    Ok(line)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;

    fn record(at: i64) -> Record {
        Record { request: String::new(), status: 200, body: String::new(), at }
    }

    fn records(store: &Store) -> Vec<i64> {
        store.all().map(|record: &Record| record.at).collect()
    }

    #[test]
    fn applying_all_changes_restores_the_store() {
        let mut store = Store::default();
        let mut lines = Vec::new();
        store.put("a", record(1));
        store.put("b", record(2));
        lines.push(store.take_changes().unwrap().unwrap());
        store.get_mut::<Record>("a").unwrap().at = 3;
        lines.push(store.take_changes().unwrap().unwrap());
        store.remove("b");
        lines.push(store.take_changes().unwrap().unwrap());
        store.remove("unknown");
        assert!(store.take_changes().is_none());

        let changed = |line: &Vec<u8>| serde_json::from_slice::<Changes>(line).unwrap();
        let ids: Vec<Vec<String>> = lines.iter().map(|line| changed(line).into_keys().collect()).collect();
        assert_eq!(ids, [vec!["a", "b"], vec!["a"], vec!["b"]]);
        assert_eq!(lines[2], b"{\"b\":null}\n");
        let mut read = Store::default();
        for (line, expected) in lines.iter().zip([vec![1, 2], vec![3, 2], vec![3]]) {
            read.apply(changed(line));
            assert_eq!(records(&read), expected);
        }
        assert!(read.take_changes().is_none());
        assert_eq!(read.snapshot().unwrap(), store.snapshot().unwrap());
    }
}
