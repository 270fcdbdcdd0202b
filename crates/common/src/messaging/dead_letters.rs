//! Events that a service failed to handle for good: kept with the reason, counted,
//! and published again on demand.

use async_nats::{
    HeaderMap,
    jetstream::{
        consumer::{AckPolicy, pull},
        stream::Stream,
    },
};
use serde::Serialize;

use super::{
    Broker, BrokerError,
    message::{self, header},
    replay::batch,
};

const REASON: &str = "Ticketing-Reason";
const SERVICE: &str = "Ticketing-Service";
const SUBJECT: &str = "Ticketing-Subject";
const SEQUENCE: &str = "Ticketing-Sequence";

/// A message that a service failed to handle.
#[derive(Debug, Clone, Serialize)]
pub struct DeadLetter {
    /// Its sequence number among the dead letters.
    pub sequence: u64,
    /// The service that failed.
    pub service: String,
    /// The event's subject, as NATS knows it.
    pub subject: String,
    /// The sequence number that it had in the stream of events.
    pub event_sequence: u64,
    /// Why the service failed.
    pub reason: String,
    /// The payload; bytes that are not UTF-8 are replaced.
    pub payload: String,
}

/// The stream of dead letters.
pub struct DeadLetters {
    broker: Broker,
    stream: Stream,
}

impl DeadLetters {
    /// Opens the stream.
    pub async fn open(broker: &Broker) -> Result<Self, BrokerError> {
        Ok(Self { broker: broker.clone(), stream: broker.dead().await? })
    }

    /// How many there are.
    pub async fn count(&self) -> Result<u64, BrokerError> {
        Ok(self.stream.get_info().await?.state.messages)
    }

    /// All that there are now, oldest first.
    pub async fn list(&self) -> Result<Vec<DeadLetter>, BrokerError> {
        let config = pull::Config { ack_policy: AckPolicy::None, ..Default::default() };
        let consumer = self.stream.create_consumer(config).await?;
        let mut letters = Vec::new();
        while (letters.len() as u64) < consumer.cached_info().num_pending {
            for message in batch(&consumer).await? {
                letters.push(read(message.info()?.stream_sequence, message.headers.as_ref(), &message.payload));
            }
        }
        Ok(letters)
    }

    /// Publishes one to its subject again and removes it here. Every service that
    /// subscribes to the subject receives it, which is harmless: listeners are
    /// idempotent.
    pub async fn republish(&self, sequence: u64) -> Result<(), BrokerError> {
        let message = self.stream.get_raw_message(sequence).await?;
        let headers = Some(&message.headers);
        let subject = read(sequence, headers, &message.payload).subject;
        // With the message id that it had, JetStream would drop it as a duplicate.
        let id = format!("republished:{sequence}:{}", message.time.timestamp_millis());
        let time = message::time(headers).unwrap_or(message.time);
        let headers = message::headers(&id, time, message::traceparent(headers));
        let ack = self.broker.jetstream().publish_with_headers(subject, headers, message.payload).await;
        ack?.await?;
        self.stream.delete_message(sequence).await?;
        Ok(())
    }
}

fn read(sequence: u64, headers: Option<&HeaderMap>, payload: &[u8]) -> DeadLetter {
    let text = |name| header(headers, name).unwrap_or_default().to_owned();
    DeadLetter {
        sequence,
        service: text(SERVICE),
        subject: text(SUBJECT),
        event_sequence: text(SEQUENCE).parse().unwrap_or_default(),
        reason: text(REASON),
        payload: String::from_utf8_lossy(payload).into_owned(),
    }
}

/// Stores a message that `service` could not handle.
pub(super) async fn store(
    broker: &Broker,
    service: &'static str,
    subject: &'static str,
    sequence: u64,
    letter: &async_nats::Message,
    reason: &str,
) -> Result<(), BrokerError> {
    let mut headers = letter.headers.clone().unwrap_or_default();
    headers.insert(async_nats::header::NATS_MESSAGE_ID, format!("{service}:{sequence}"));
    headers.insert(REASON, reason.replace(['\r', '\n'], " "));
    headers.insert(SERVICE, service);
    headers.insert(SUBJECT, letter.subject.as_str());
    headers.insert(SEQUENCE, sequence.to_string());
    let target = broker.dead_subject(service, subject);
    let ack = broker.jetstream().publish_with_headers(target, headers, letter.payload.clone()).await;
    let kept = ack?.await?;
    if !kept.duplicate {
        metrics::counter!("dead_letters_total", "service" => service, "subject" => subject).increment(1);
    }
    Ok(())
}
