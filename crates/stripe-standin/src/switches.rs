//! Switches that make the stand-in slow, forgetful or broken.

use std::{io, sync::Mutex, time::Duration};

use axum::{
    body::{Body, to_bytes},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures::stream;
use serde::{Deserialize, Serialize};

use crate::{
    call::Operation,
    state::{Standin, lock},
};

/// A disturbance, of all operations or of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Switch {
    /// What goes wrong.
    #[serde(flatten)]
    pub effect: Effect,
    /// Only with this operation.
    #[serde(default)]
    pub operation: Option<Operation>,
}

/// What goes wrong. A later switch of the same effect and operation replaces
/// the earlier one; a count or a delay of 0 ends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    /// Executes late: a client that gives up before has not been served yet, but will be.
    DelayExecution {
        /// Milliseconds.
        millis: u64,
    },
    /// Executes at once and answers late.
    DelayAnswers {
        /// Milliseconds.
        millis: u64,
    },
    /// Answers 500 without executing; a key keeps repeating that, as at Stripe.
    Fail {
        /// How many calls.
        count: u32,
    },
    /// Executes, then drops the connection instead of answering.
    LoseAnswers {
        /// How many calls.
        count: u32,
    },
    /// Executes, then answers 200 with a body that can't be parsed.
    GarbleAnswers {
        /// How many calls.
        count: u32,
    },
}

impl Switch {
    /// A disturbance of every operation.
    #[must_use]
    pub fn all(effect: Effect) -> Self {
        Self { effect, operation: None }
    }

    /// A disturbance of one operation.
    #[must_use]
    pub fn only(operation: Operation, effect: Effect) -> Self {
        Self { effect, operation: Some(operation) }
    }

    fn replaces(&self, other: &Self) -> bool {
        let same_effect = std::mem::discriminant(&self.effect) == std::mem::discriminant(&other.effect);
        same_effect && self.operation == other.operation
    }
}

/// The switches that are on.
#[derive(Debug, Default)]
pub(crate) struct Switches(Mutex<Vec<Switch>>);

impl Switches {
    pub(crate) fn set(&self, switch: Switch) {
        let mut switches = lock(&self.0);
        switches.retain(|other| !switch.replaces(other));
        switches.push(switch);
    }

    pub(crate) fn reset(&self) {
        lock(&self.0).clear();
    }

    pub(crate) fn list(&self) -> Vec<Switch> {
        lock(&self.0).clone()
    }

    pub(crate) fn execution_delay(&self, operation: Operation) -> Duration {
        self.longest(operation, |effect| match effect {
            Effect::DelayExecution { millis } => *millis,
            _ => 0,
        })
    }

    pub(crate) fn answer_delay(&self, operation: Operation) -> Duration {
        self.longest(operation, |effect| match effect {
            Effect::DelayAnswers { millis } => *millis,
            _ => 0,
        })
    }

    pub(crate) fn take_failure(&self, operation: Operation) -> bool {
        self.take(operation, |effect| match effect {
            Effect::Fail { count } => Some(count),
            _ => None,
        })
    }

    fn take_loss(&self, operation: Operation) -> bool {
        self.take(operation, |effect| match effect {
            Effect::LoseAnswers { count } => Some(count),
            _ => None,
        })
    }

    fn take_garbling(&self, operation: Operation) -> bool {
        self.take(operation, |effect| match effect {
            Effect::GarbleAnswers { count } => Some(count),
            _ => None,
        })
    }

    fn longest(&self, operation: Operation, millis: impl Fn(&Effect) -> u64) -> Duration {
        let switches = lock(&self.0);
        let concerned = switches.iter().filter(|switch| switch.operation.is_none_or(|only| only == operation));
        Duration::from_millis(concerned.map(|switch| millis(&switch.effect)).max().unwrap_or_default())
    }

    /// Uses up one of a counted effect, if any is left.
    fn take(&self, operation: Operation, count: impl Fn(&mut Effect) -> Option<&mut u32>) -> bool {
        let mut switches = lock(&self.0);
        let concerned = switches.iter_mut().filter(|switch| switch.operation.is_none_or(|only| only == operation));
        let left = concerned.filter_map(|switch| count(&mut switch.effect)).find(|left| **left > 0);
        left.map(|left| *left -= 1).is_some()
    }
}

/// Loses or garbles an answer whose operation is done.
pub(crate) async fn disturb(standin: &Standin, operation: Operation, response: Response) -> Response {
    if standin.switches().take_loss(operation) {
        return lost();
    }
    if standin.switches().take_garbling(operation) {
        return garbled(response).await;
    }
    response
}

/// A body that fails before its first byte makes the server close the
/// connection without an answer.
fn lost() -> Response {
    let broken = stream::once(async { Err::<Bytes, _>(io::Error::other("this answer is lost on purpose")) });
    Body::from_stream(broken).into_response()
}

async fn garbled(response: Response) -> Response {
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap_or_default();
    ([("content-type", "application/json")], body.slice(..body.len() / 2)).into_response()
}
