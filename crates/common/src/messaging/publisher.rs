//! Sending events to JetStream.

use std::future::Future;

use chrono::Utc;

use super::{Broker, message, outbox::Pending};
use crate::{clock::Clock, events::Event};

/// JetStream has not confirmed an event. It may be there all the same:
/// publishing it again does no harm.
#[derive(Debug, thiserror::Error)]
#[error("publishing {id}: {reason}")]
pub struct PublishError {
    id: String,
    reason: String,
}

/// Where events of type `E` can be sent.
pub trait Publisher<E: Event> {
    /// Sends an event and returns once JetStream keeps it. An event of a
    /// document goes through its [outbox](Pending) instead.
    fn publish(&self, event: &E) -> impl Future<Output = Result<(), PublishError>> + Send;
}

impl<E: Event> Publisher<E> for Broker {
    async fn publish(&self, event: &E) -> Result<(), PublishError> {
        let pending = Pending::new(event, Clock::system().now());
        self.send(&pending).await
    }
}

impl Broker {
    /// Sends a pending event and returns once JetStream keeps it.
    pub(super) async fn send(&self, pending: &Pending) -> Result<(), PublishError> {
        let failed = |reason: String| PublishError { id: pending.id.clone(), reason };
        if !self.is_connected() {
            // Or the client would hold the message back and send it later,
            // once for every attempt.
            return Err(failed("not connected".into()));
        }
        let time: chrono::DateTime<Utc> = pending.time.into();
        let headers = message::headers(&pending.id, time, pending.traceparent.as_deref());
        let payload = pending.payload.clone().into();
        let subject = self.subject(pending.subject);
        let ack = self.jetstream().publish_with_headers(subject, headers, payload).await;
        ack.map_err(|error| failed(error.to_string()))?.await.map_err(|error| failed(error.to_string()))?;
        metrics::counter!("events_published_total", "subject" => pending.subject.as_str()).increment(1);
        Ok(())
    }
}
