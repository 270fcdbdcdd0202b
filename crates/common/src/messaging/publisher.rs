//! Sending events to JetStream.

use std::{error::Error, future::Future};

use async_nats::jetstream::context::{PublishError as Refused, PublishErrorKind};
use chrono::{DateTime, Utc};

use super::{Broker, message, outbox::OutboxEvent};
use crate::{
    clock::Clock,
    events::{Event, Subject},
};

/// JetStream has not confirmed an event. It may be stored all the same; publishing
/// it again is harmless, as JetStream drops duplicates.
#[derive(Debug, thiserror::Error)]
#[error("publishing {id}")]
pub struct PublishError {
    id: String,
    outage: bool,
    source: Box<dyn Error + Send + Sync>,
}

impl PublishError {
    /// Whether other events would fail just now as well.
    pub(super) fn is_outage(&self) -> bool {
        self.outage
    }
}

/// Sends events of type `E`.
pub trait Publisher<E: Event> {
    /// Sends an event and returns once JetStream has stored it. An event that
    /// belongs to a document goes through the document's [outbox](OutboxEvent)
    /// instead.
    fn publish(&self, event: &E) -> impl Future<Output = Result<(), PublishError>> + Send;
}

impl<E: Event> Publisher<E> for Broker {
    async fn publish(&self, event: &E) -> Result<(), PublishError> {
        self.send(&OutboxEvent::new(event, Clock::system().now())).await
    }
}

impl Broker {
    /// Sends an event of an outbox and returns once JetStream has stored it.
    pub(super) async fn send(&self, event: &OutboxEvent) -> Result<(), PublishError> {
        let failed = |outage, source| PublishError { id: event.id.clone(), outage, source };
        if !self.is_connected() {
            // The client would buffer the message and send it once per attempt.
            return Err(failed(true, "not connected".into()));
        }
        let time: DateTime<Utc> = event.time.into();
        let headers = message::headers(&event.id, time, event.traceparent.as_deref());
        let refused = |error: Refused| failed(is_outage(error.kind(), &event.subject), error.into());
        let payload = event.payload.clone().into();
        let ack = self.jetstream().publish_with_headers(self.subject(&event.subject), headers, payload).await;
        ack.map_err(refused)?.await.map_err(refused)?;
        metrics::counter!("events_published_total", "subject" => label(&event.subject)).increment(1);
        Ok(())
    }
}

fn is_outage(kind: PublishErrorKind, subject: &str) -> bool {
    match kind {
        PublishErrorKind::TimedOut | PublishErrorKind::BrokenPipe => true,
        // The stream has vanished; for an unknown subject there may never have been one.
        PublishErrorKind::StreamNotFound => label(subject) == subject,
        _ => false,
    }
}

/// A subject as a label: unknown ones share one label, to bound cardinality.
fn label(subject: &str) -> &'static str {
    Subject::ALL.iter().map(|known| known.as_str()).find(|known| *known == subject).unwrap_or("other")
}
