//! Switches for delays and faults.

use std::{sync::Mutex, time::Duration};

use serde::{Deserialize, Serialize};
use strum::EnumDiscriminants;

use crate::{lock::lock, operation::Operation};

/// A fault, of all operations or of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Switch {
    /// The fault.
    #[serde(flatten)]
    pub effect: Effect,
    /// Only with this operation.
    #[serde(default)]
    pub operation: Option<Operation>,
}

/// A fault. A later switch of the same effect and operation replaces
/// the earlier one; a count or a delay of 0 ends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, EnumDiscriminants)]
#[strum_discriminants(name(EffectKind), vis(pub(crate)))]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    /// Executes late, even if the client has given up.
    DelayExecution {
        /// Milliseconds.
        millis: u64,
    },
    /// Executes at once and answers late.
    DelayAnswers {
        /// Milliseconds.
        millis: u64,
    },
    /// Answers 500 without executing; an idempotency key replays that, as at Stripe.
    Fail {
        /// How many calls.
        count: u64,
    },
    /// Executes, then drops the connection instead of answering.
    LoseAnswers {
        /// How many calls.
        count: u64,
    },
    /// Executes, then answers 200 with a body that can't be parsed.
    GarbleAnswers {
        /// How many calls.
        count: u64,
    },
}

impl Switch {
    /// A fault of every operation.
    #[must_use]
    pub fn all(effect: Effect) -> Self {
        Self { effect, operation: None }
    }

    /// A fault of one operation.
    #[must_use]
    pub fn only(operation: Operation, effect: Effect) -> Self {
        Self { effect, operation: Some(operation) }
    }

    /// Its milliseconds or count, if it is of this kind and for this operation.
    fn matching(&mut self, kind: EffectKind, operation: Operation) -> Option<&mut u64> {
        let matches = EffectKind::from(&self.effect) == kind && self.operation.is_none_or(|only| only == operation);
        matches.then_some(match &mut self.effect {
            Effect::DelayExecution { millis } | Effect::DelayAnswers { millis } => millis,
            Effect::Fail { count } | Effect::LoseAnswers { count } | Effect::GarbleAnswers { count } => count,
        })
    }
}

/// The switches that are on.
#[derive(Debug, Default)]
pub(crate) struct Switches(Mutex<Vec<Switch>>);

impl Switches {
    pub(crate) fn set(&self, switch: Switch) {
        let mut switches = lock(&self.0);
        let key = |switch: &Switch| (EffectKind::from(&switch.effect), switch.operation);
        switches.retain(|other| key(other) != key(&switch));
        switches.push(switch);
    }

    pub(crate) fn reset(&self) {
        lock(&self.0).clear();
    }

    pub(crate) fn list(&self) -> Vec<Switch> {
        lock(&self.0).clone()
    }

    /// The longest delay of a kind.
    pub(crate) fn delay(&self, kind: EffectKind, operation: Operation) -> Duration {
        let mut switches = lock(&self.0);
        let delays = switches.iter_mut().filter_map(|switch| switch.matching(kind, operation));
        Duration::from_millis(delays.map(|millis| *millis).max().unwrap_or_default())
    }

    /// Uses up one of a counted effect, if any is left.
    pub(crate) fn take(&self, kind: EffectKind, operation: Operation) -> bool {
        let mut switches = lock(&self.0);
        let mut counts = switches.iter_mut().filter_map(|switch| switch.matching(kind, operation));
        counts.find(|count| **count > 0).map(|count| *count -= 1).is_some()
    }
}
