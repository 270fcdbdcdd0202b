//! All stored objects.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    error::ApiError,
    models::{Charge, Dispute, Event, PaymentIntent, PaymentMethod, Record, Refund, Token},
    table::{ChangeLog, Table},
};

/// All objects. Exclusive access serializes requests, so two of them can't overlap on one
/// intent. It is serialized as its changes.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Store {
    #[serde(skip_serializing_if = "ChangeLog::is_unchanged")]
    pub(crate) intents: Table<PaymentIntent>,
    #[serde(skip_serializing_if = "ChangeLog::is_unchanged")]
    pub(crate) methods: Table<PaymentMethod>,
    #[serde(skip_serializing_if = "ChangeLog::is_unchanged")]
    pub(crate) tokens: Table<Token>,
    #[serde(skip_serializing_if = "ChangeLog::is_unchanged")]
    pub(crate) charges: Table<Charge>,
    #[serde(skip_serializing_if = "ChangeLog::is_unchanged")]
    pub(crate) refunds: Table<Refund>,
    #[serde(skip_serializing_if = "ChangeLog::is_unchanged")]
    pub(crate) disputes: Table<Dispute>,
    /// Responses by idempotency key.
    #[serde(skip_serializing_if = "ChangeLog::is_unchanged")]
    pub(crate) records: Table<Record>,
    /// Undelivered events.
    #[serde(skip_serializing_if = "ChangeLog::is_unchanged")]
    pub(crate) outbox: Table<Event>,
    #[serde(skip)]
    emitted: Vec<Event>,
}

impl Store {
    pub(crate) fn intent(&self, id: &str) -> Result<&PaymentIntent, ApiError> {
        self.intents.get(id).ok_or_else(|| ApiError::not_found("payment_intent", id).param("intent"))
    }

    pub(crate) fn intent_mut(&mut self, id: &str) -> Result<&mut PaymentIntent, ApiError> {
        self.intents.get_mut(id).ok_or_else(|| ApiError::not_found("payment_intent", id).param("intent"))
    }

    /// The latest charge of an intent.
    pub(crate) fn latest_charge(&self, intent: &PaymentIntent) -> Option<&Charge> {
        self.charges.get(intent.latest_charge.as_ref()?)
    }

    /// Emits a webhook event.
    pub(crate) fn emit(&mut self, kind: &str, object: &Value) {
        self.emitted.push(Event::new(kind, object));
    }

    /// Events emitted since the last call; dropped unless there is a webhook endpoint.
    pub(crate) fn take_emitted(&mut self, has_webhook: bool) -> Vec<Event> {
        let emitted = std::mem::take(&mut self.emitted);
        if !has_webhook {
            return Vec::new();
        }
        for event in &emitted {
            self.outbox.insert(event.id.clone(), event.clone());
        }
        emitted
    }

    /// The changes since the last call, as a line; `None` without any.
    pub(crate) fn take_changes(&mut self) -> Option<serde_json::Result<Vec<u8>>> {
        if self.tables().iter().all(|table| table.is_unchanged()) {
            return None;
        }
        let line = self.line();
        self.tables().into_iter().for_each(ChangeLog::clear_changes);
        Some(line)
    }

    /// All objects, as a line.
    pub(crate) fn snapshot(&mut self) -> serde_json::Result<Vec<u8>> {
        self.tables().into_iter().for_each(ChangeLog::mark_all_changed);
        let line = self.line();
        self.tables().into_iter().for_each(ChangeLog::clear_changes);
        line
    }

    /// Applies changes from the journal.
    pub(crate) fn apply(&mut self, newer: Self) {
        self.intents.apply(newer.intents);
        self.methods.apply(newer.methods);
        self.tokens.apply(newer.tokens);
        self.charges.apply(newer.charges);
        self.refunds.apply(newer.refunds);
        self.disputes.apply(newer.disputes);
        self.records.apply(newer.records);
        self.outbox.apply(newer.outbox);
    }

    fn line(&self) -> serde_json::Result<Vec<u8>> {
        let mut line = serde_json::to_vec(self)?;
        line.push(b'\n');
        Ok(line)
    }

    fn tables(&mut self) -> [&mut dyn ChangeLog; 8] {
        [
            &mut self.intents,
            &mut self.methods,
            &mut self.tokens,
            &mut self.charges,
            &mut self.refunds,
            &mut self.disputes,
            &mut self.records,
            &mut self.outbox,
        ]
    }
}
