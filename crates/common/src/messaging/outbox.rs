//! Events that are kept in a document until they are published.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{events::Event, telemetry};

/// An entry of a document's array `outbox`: an event, stored by the same write as
/// the change that it announces.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OutboxEvent {
    /// Subject, aggregate and version, by which JetStream drops duplicates.
    pub(super) id: String,
    /// Text, as a newer release may have written a kind that this one does not know.
    pub(super) subject: String,
    /// The event as JSON, exactly as it will be sent.
    pub(super) payload: String,
    pub(super) time: bson::DateTime,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) traceparent: Option<String>,
}

impl OutboxEvent {
    /// How many events one document may hold; at this number a writer has to wait
    /// until some are published, as the size of documents is limited.
    pub const LIMIT: usize = 256;

    /// Whether NATS takes the subject, and not as a pattern.
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
    fn from(event: OutboxEvent) -> Self {
        let OutboxEvent { id, subject, payload, time, traceparent } = event;
        let mut document = bson::doc! { "id": id, "subject": subject, "payload": payload, "time": time };
        document.extend(traceparent.map(|traceparent| ("traceparent".to_owned(), traceparent.into())));
        document.into()
    }
}
