//! Sending events to JetStream.

use std::future::Future;

use async_nats::jetstream::context::PublishErrorKind;
use chrono::Utc;

use super::{Broker, message, outbox::OutboxEvent};
use crate::{
    clock::Clock,
    events::{Event, Subject},
};

/// JetStream has not confirmed an event. It may be there all the same:
/// publishing it again does no harm.
#[derive(Debug, thiserror::Error)]
#[error("publishing {id}: {reason}")]
pub struct PublishError {
    id: String,
    reason: String,
    outage: bool,
}

impl PublishError {
    /// Whether other events would fail just now as well.
    pub(super) fn is_outage(&self) -> bool {
        self.outage
    }
}

/// Where events of type `E` can be sent.
pub trait Publisher<E: Event> {
    /// Sends an event and returns once JetStream keeps it. An event of a
    /// document goes through its [outbox](OutboxEvent) instead.
    fn publish(&self, event: &E) -> impl Future<Output = Result<(), PublishError>> + Send;
}

impl<E: Event> Publisher<E> for Broker {
    async fn publish(&self, event: &E) -> Result<(), PublishError> {
        let pending = OutboxEvent::new(event, Clock::system().now());
        self.send(&pending).await
    }
}

impl Broker {
    /// Sends a pending event and returns once JetStream keeps it.
    pub(super) async fn send(&self, pending: &OutboxEvent) -> Result<(), PublishError> {
        let failed = |reason: String, outage| PublishError { id: pending.id.clone(), reason, outage };
        if !self.is_connected() {
            // Or the client would hold the message back and send it later,
            // once for every attempt.
            return Err(failed("not connected".into(), true));
        }
        let time: chrono::DateTime<Utc> = pending.time.into();
        let headers = message::headers(&pending.id, time, pending.traceparent.as_deref());
        let payload = pending.payload.clone().into();
        let subject = self.subject(&pending.subject);
        let refused = |error: async_nats::jetstream::context::PublishError| {
            let outage = match error.kind() {
                PublishErrorKind::TimedOut | PublishErrorKind::BrokenPipe => true,
                // The stream has vanished; of a kind that we do not know, it may never have been.
                PublishErrorKind::StreamNotFound => is_known(&pending.subject),
                _ => false,
            };
            failed(error.to_string(), outage)
        };
        let ack = self.jetstream().publish_with_headers(subject, headers, payload).await;
        ack.map_err(refused)?.await.map_err(refused)?;
        metrics::counter!("events_published_total", "subject" => label(&pending.subject)).increment(1);
        Ok(())
    }
}

/// A subject as a label: what is not known is one label, to bound cardinality.
fn label(subject: &str) -> &'static str {
    Subject::ALL.iter().map(|known| known.as_str()).find(|known| *known == subject).unwrap_or("other")
}

fn is_known(subject: &str) -> bool {
    label(subject) == subject
}
