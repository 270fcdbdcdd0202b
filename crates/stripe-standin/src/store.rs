//! Everything the stand-in remembers.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    call::Record,
    error::ApiError,
    models::{Charge, Dispute, PaymentIntent, PaymentMethod, Refund, Token},
    table::{Table, Tracked},
    webhooks::Event,
};

/// All objects. Whoever holds it exclusively acts alone, so two requests about
/// one intent can't overlap. It is written and read as its changes.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Store {
    #[serde(skip_serializing_if = "Tracked::is_unchanged")]
    pub(crate) intents: Table<PaymentIntent>,
    #[serde(skip_serializing_if = "Tracked::is_unchanged")]
    pub(crate) methods: Table<PaymentMethod>,
    #[serde(skip_serializing_if = "Tracked::is_unchanged")]
    pub(crate) tokens: Table<Token>,
    #[serde(skip_serializing_if = "Tracked::is_unchanged")]
    pub(crate) charges: Table<Charge>,
    #[serde(skip_serializing_if = "Tracked::is_unchanged")]
    pub(crate) refunds: Table<Refund>,
    #[serde(skip_serializing_if = "Tracked::is_unchanged")]
    pub(crate) disputes: Table<Dispute>,
    /// Answers by idempotency key.
    #[serde(skip_serializing_if = "Tracked::is_unchanged")]
    pub(crate) records: Table<Record>,
    /// Events that are still to be delivered.
    #[serde(skip_serializing_if = "Tracked::is_unchanged")]
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

    /// The last try to take an intent's money.
    pub(crate) fn latest_charge(&self, intent: &PaymentIntent) -> Option<&Charge> {
        self.charges.get(intent.latest_charge.as_ref()?)
    }

    /// Tells whoever listens that something has happened.
    pub(crate) fn emit(&mut self, kind: &str, object: &Value) {
        self.emitted.push(Event::new(kind, object));
    }

    /// Events emitted since the last call; they await delivery if anybody listens.
    pub(crate) fn take_emitted(&mut self, listening: bool) -> Vec<Event> {
        let emitted = std::mem::take(&mut self.emitted);
        if !listening {
            return Vec::new();
        }
        for event in &emitted {
            self.outbox.insert(event.id.clone(), event.clone());
        }
        emitted
    }

    /// What has changed since the last call, as a line; `None` if nothing has.
    pub(crate) fn take_changes(&mut self) -> Option<serde_json::Result<Vec<u8>>> {
        if self.tables().iter().all(|table| table.is_unchanged()) {
            return None;
        }
        let line = self.line();
        self.tables().into_iter().for_each(Tracked::forget_changes);
        Some(line)
    }

    /// Everything, as a line.
    pub(crate) fn snapshot(&mut self) -> serde_json::Result<Vec<u8>> {
        self.tables().into_iter().for_each(Tracked::change_all);
        let line = self.line();
        self.tables().into_iter().for_each(Tracked::forget_changes);
        line
    }

    /// Takes over changes that were read.
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

    fn tables(&mut self) -> [&mut dyn Tracked; 8] {
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
