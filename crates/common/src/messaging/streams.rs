//! The two streams: events and dead letters.

use std::time::Duration;

use async_nats::jetstream::{
    ErrorCode,
    context::{GetStreamError, GetStreamErrorKind},
    stream,
};
use chrono::{DateTime, Utc};

use super::{Broker, BrokerError};
use crate::{error::chain, events::Subject};

/// How long JetStream remembers a message's id and drops duplicates.
const DUPLICATE_WINDOW: Duration = Duration::from_mins(10);
/// How long events are kept, for replays and for services that were away.
const KEEP_EVENTS: Duration = Duration::from_hours(30 * 24);

impl Broker {
    /// The stream of events.
    pub(super) async fn events(&self) -> Result<stream::Stream, BrokerError> {
        Ok(self.0.jetstream.get_stream(self.stream_name()).await?)
    }

    /// The stream of dead letters.
    pub(super) async fn dead(&self) -> Result<stream::Stream, BrokerError> {
        Ok(self.0.jetstream.get_stream(self.dead_stream_name()).await?)
    }

    fn stream_name(&self) -> String {
        format!("{}TICKETING", self.0.prefix.0)
    }

    fn dead_stream_name(&self) -> String {
        format!("{}TICKETING_DEAD", self.0.prefix.0)
    }

    /// Creates streams that have vanished, logs and counts them. To be called when
    /// the broker answers but a request fails.
    pub(super) async fn recreate_streams(&self) {
        if !self.is_connected() {
            return;
        }
        // One caller at a time: the next finds the streams that this one has created.
        let _alone = self.0.recreating.lock().await;
        match self.ensure_streams().await {
            Ok(lost) => {
                for stream in lost {
                    tracing::error!(stream, "the stream had vanished and was created again: its messages are lost");
                    metrics::counter!("streams_recreated_total", "stream" => stream).increment(1);
                }
            }
            Err(error) => tracing::warn!(error = chain(&error), "the streams can't be checked"),
        }
    }

    /// Makes sure that the streams exist and take our subjects. Returns the names
    /// of those that had to be created.
    pub(super) async fn ensure_streams(&self) -> Result<Vec<String>, BrokerError> {
        let events = stream::Config {
            name: self.stream_name(),
            description: Some("What happened in the shop".into()),
            subjects: Subject::ALL.iter().map(|subject| self.subject(subject)).collect(),
            max_age: KEEP_EVENTS,
            ..self.stream_defaults()
        };
        let dead = stream::Config {
            name: self.dead_stream_name(),
            description: Some("Events that a service could not take".into()),
            subjects: vec![self.dead_subject("*", "*")],
            ..self.stream_defaults()
        };
        let mut created = Vec::new();
        for config in [events, dead] {
            let name = config.name.clone();
            if self.ensure_stream(config).await? {
                created.push(name);
            }
        }
        Ok(created)
    }

    fn stream_defaults(&self) -> stream::Config {
        stream::Config {
            storage: stream::StorageType::File,
            duplicate_window: DUPLICATE_WINDOW,
            num_replicas: self.0.replicas,
            ..Default::default()
        }
    }

    /// Returns whether the stream had to be created. An existing one keeps its
    /// configuration, which its operator may have changed, and the subjects of newer
    /// releases; only our subjects are added.
    async fn ensure_stream(&self, wanted: stream::Config) -> Result<bool, BrokerError> {
        let jetstream = &self.0.jetstream;
        let mut config = match jetstream.get_stream(&wanted.name).await {
            Ok(stream) => stream.cached_info().config.clone(),
            Err(error) if is_not_found(&error) => {
                jetstream.get_or_create_stream(wanted).await?;
                return Ok(true);
            }
            Err(error) => return Err(error.into()),
        };
        let missing: Vec<_> =
            wanted.subjects.into_iter().filter(|subject| !config.subjects.contains(subject)).collect();
        if !missing.is_empty() {
            config.subjects.extend(missing);
            jetstream.update_stream(config).await?;
        }
        Ok(false)
    }

    /// When the newest event was stored, by the broker's clock; `None` if there is
    /// no event.
    pub async fn newest_event(&self) -> Result<Option<DateTime<Utc>>, BrokerError> {
        let mut events = self.events().await?;
        let state = &events.info().await?.state;
        Ok((state.messages > 0).then_some(state.last_timestamp))
    }

    /// JetStream and the name of the stream of events, for tests that damage it.
    #[cfg(feature = "testing")]
    #[must_use]
    pub fn raw(&self) -> (&async_nats::jetstream::Context, String) {
        (self.jetstream(), self.stream_name())
    }

    /// Publishes any bytes under a subject, for tests of undecodable messages.
    #[cfg(feature = "testing")]
    pub async fn publish_raw(&self, subject: Subject, payload: &[u8]) -> Result<(), BrokerError> {
        self.0.jetstream.publish(self.subject(subject), payload.to_vec().into()).await?.await?;
        Ok(())
    }
}

fn is_not_found(error: &GetStreamError) -> bool {
    matches!(error.kind(), GetStreamErrorKind::JetStream(error) if error.error_code() == ErrorCode::STREAM_NOT_FOUND)
}
