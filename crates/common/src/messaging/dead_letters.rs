//! Messages that a service could not take: kept, counted, and put back on demand.

use async_nats::{
    HeaderMap,
    jetstream::stream::{LastRawMessageErrorKind, Stream},
};
use serde::Serialize;

use super::{
    Broker, BrokerError,
    message::{self, header},
};

const REASON: &str = "Ticketing-Reason";
const SERVICE: &str = "Ticketing-Service";
const SUBJECT: &str = "Ticketing-Subject";
const SEQUENCE: &str = "Ticketing-Sequence";

/// A message that a service could not take.
#[derive(Debug, Clone, Serialize)]
pub struct DeadLetter {
    /// Its place among the dead letters, by which it is put back.
    pub place: u64,
    /// Who could not take it.
    pub service: String,
    /// What kind of event it is or claims to be, as NATS knows it.
    pub subject: String,
    /// Its place in the stream of events.
    pub sequence: u64,
    /// Why.
    pub reason: String,
    /// The payload, as text as far as it is text.
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

    /// All of them, oldest first.
    pub async fn list(&self) -> Result<Vec<DeadLetter>, BrokerError> {
        let state = self.stream.get_info().await.map_err(BrokerError::new)?.state;
        let mut letters = Vec::new();
        if state.messages == 0 {
            return Ok(letters);
        }
        for place in state.first_sequence..=state.last_sequence {
            match self.stream.get_raw_message(place).await {
                Ok(message) => letters.push(read(place, &message.headers, &message.payload)),
                // Put back before.
                Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => {}
                Err(error) => return Err(BrokerError::new(error)),
            }
        }
        Ok(letters)
    }

    /// Sends one to its subject again, and removes it here. Every service that
    /// listens there gets it again, which is harmless: events are idempotent.
    pub async fn republish(&self, place: u64) -> Result<(), BrokerError> {
        let message = self.stream.get_raw_message(place).await.map_err(BrokerError::new)?;
        let subject = read(place, &message.headers, &message.payload).subject;
        // With the message id that it had, JetStream would drop it as a duplicate.
        let id = format!("put-back:{place}:{}", message.time.timestamp_millis());
        let time = message::time(Some(&message.headers)).unwrap_or(message.time);
        let headers = message::headers(&id, time, message::traceparent(Some(&message.headers)));
        let ack = self.broker.jetstream().publish_with_headers(subject, headers, message.payload).await;
        ack.map_err(BrokerError::new)?.await.map_err(BrokerError::new)?;
        self.stream.delete_message(place).await.map_err(BrokerError::new)?;
        Ok(())
    }
}

fn read(place: u64, headers: &HeaderMap, payload: &[u8]) -> DeadLetter {
    let text = |name| header(Some(headers), name).unwrap_or_default().to_owned();
    DeadLetter {
        place,
        service: text(SERVICE),
        subject: text(SUBJECT),
        sequence: text(SEQUENCE).parse().unwrap_or_default(),
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
    let kept = ack.map_err(BrokerError::new)?.await.map_err(BrokerError::new)?;
    if kept.duplicate {
        return Ok(());
    }
    metrics::counter!("dead_letters_total", "service" => service, "subject" => subject).increment(1);
    Ok(())
}
