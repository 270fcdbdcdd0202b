//! Events that wait in a document until they are published.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{events::Event, telemetry};

/// An event that its aggregate's document carries in its array `outbox`,
/// written by the same write as the change that it tells of.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OutboxEvent {
    /// Subject, aggregate and version: publishing it twice is publishing it once.
    pub(super) id: String,
    /// Text, as a newer program may have written a kind that this one does not know.
    pub(super) subject: String,
    /// JSON, exactly as it will be sent.
    pub(super) payload: String,
    pub(super) time: bson::DateTime,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) traceparent: Option<String>,
}

impl OutboxEvent {
    /// How many events may wait in one document. Whoever would add more has to
    /// wait until some are published: a document's size is limited.
    pub const LIMIT: usize = 256;

    /// Whether the subject is one that NATS takes, and not a pattern.
    pub(super) fn has_valid_subject(&self) -> bool {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b":.-_".contains(&byte);
        !self.subject.is_empty() && self.subject.bytes().all(plain)
    }

    /// An event that happened at `time`, in the current trace.
    ///
    /// # Panics
    /// If the event can't be written as JSON, which its snapshot test rules out.
    #[must_use]
    #[allow(clippy::expect_used)]
    pub fn new<E: Event>(event: &E, time: DateTime<Utc>) -> Self {
        Self {
            id: format!("{}:{}", E::SUBJECT, event.key()),
            subject: E::SUBJECT.as_str().into(),
            payload: serde_json::to_string(event).expect("events are plain JSON"),
            time: time.into(),
            traceparent: telemetry::traceparent(),
        }
    }
}

impl From<OutboxEvent> for bson::Bson {
    fn from(pending: OutboxEvent) -> Self {
        let mut document = bson::doc! {
            "id": pending.id,
            "subject": pending.subject,
            "payload": pending.payload,
            "time": pending.time,
        };
        if let Some(traceparent) = pending.traceparent {
            document.insert("traceparent", traceparent);
        }
        document.into()
    }
}
