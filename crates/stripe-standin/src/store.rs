//! Everything the stand-in remembers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    call::Record,
    error::ApiError,
    models::{Charge, Dispute, PaymentIntent, PaymentMethod, Refund, Token},
    webhooks::Event,
};

/// All objects by their ids. Whoever holds it exclusively acts alone, so two
/// requests about one intent can't overlap.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Store {
    pub(crate) intents: BTreeMap<String, PaymentIntent>,
    pub(crate) methods: BTreeMap<String, PaymentMethod>,
    pub(crate) tokens: BTreeMap<String, Token>,
    pub(crate) charges: BTreeMap<String, Charge>,
    pub(crate) refunds: BTreeMap<String, Refund>,
    pub(crate) disputes: BTreeMap<String, Dispute>,
    /// Answers by idempotency key.
    pub(crate) records: BTreeMap<String, Record>,
    /// Events that are still to be delivered.
    pub(crate) outbox: BTreeMap<String, Event>,
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
        self.outbox.extend(emitted.iter().map(|event| (event.id.clone(), event.clone())));
        emitted
    }
}
