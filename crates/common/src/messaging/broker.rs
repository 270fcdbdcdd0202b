//! The connection to NATS, and the streams in it.

use std::{fmt, ops::RangeInclusive, str::FromStr, sync::Arc, time::Duration};

use async_nats::{
    Client, ConnectOptions, ServerAddr,
    connection::State,
    jetstream::{
        self, ErrorCode,
        context::{Context, GetStreamError, GetStreamErrorKind},
        stream,
    },
};

use chrono::{DateTime, Utc};
use tokio::sync::Mutex;

use crate::{
    config::{ConfigError, Env, problem},
    connect::{Unreachable, connected},
    events::Subject,
};

/// How far back a message id is remembered: publishing it again within this
/// time is not publishing it twice.
const DUPLICATE_WINDOW: Duration = Duration::from_mins(10);
/// How long events are kept, for replays and for services that were away.
const KEEP_EVENTS: Duration = Duration::from_hours(30 * 24);
/// On how many servers a stream may be kept: what JetStream allows.
const REPLICAS: RangeInclusive<usize> = 1..=5;
/// How long JetStream may take to answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// What stands in front of every stream and subject name: tests and shared
/// brokers keep apart by it. Letters, digits, `-` and `_`; usually empty.
#[derive(Debug, Clone, Default)]
pub struct Prefix(String);

impl FromStr for Prefix {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let valid = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        valid.then(|| Self(text.to_owned())).ok_or("only letters, digits, - and _ are allowed")
    }
}

/// Where the broker is, and what is ours in it.
#[derive(Debug, Clone)]
pub struct BrokerConfig {
    /// The broker's address.
    pub url: String,
    /// What stands in front of the names of streams and subjects.
    pub prefix: Prefix,
    /// On how many servers a stream is kept that has to be created.
    pub replicas: usize,
}

impl BrokerConfig {
    /// Reads `NATS_URL`, `EVENTS_PREFIX` and `NATS_STREAM_REPLICAS`.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let replicas = env.or("NATS_STREAM_REPLICAS", 1)?;
        if !REPLICAS.contains(&replicas) {
            return Err(problem("NATS_STREAM_REPLICAS", "must be between 1 and 5"));
        }
        Ok(Self { url: env.required("NATS_URL")?, prefix: env.or("EVENTS_PREFIX", Prefix::default())?, replicas })
    }

    /// Connects, however long the broker takes to come up within
    /// [`connected`]'s limit, and creates what is missing of the streams.
    /// Reconnects by itself later.
    pub async fn connect(&self) -> Result<Broker, BrokerError> {
        Broker::open(&self.url, self.prefix.clone(), self.replicas).await
    }
}

/// NATS can't be reached or does not do as asked.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BrokerError(String);

impl From<Unreachable> for BrokerError {
    fn from(error: Unreachable) -> Self {
        Self(error.to_string())
    }
}

impl BrokerError {
    pub(super) fn new(error: impl fmt::Display) -> Self {
        Self(error.to_string())
    }
}

/// A connection to NATS whose streams exist. Cheap to clone.
#[derive(Clone)]
pub struct Broker(Arc<Inner>);

struct Inner {
    client: Client,
    jetstream: Context,
    prefix: Prefix,
    replicas: usize,
    healing: Mutex<()>,
}

/// What became of a stream that had to be there.
enum Ensured {
    WasThere,
    Created,
}

impl Broker {
    /// Connects as [`BrokerConfig::connect`] does, to a broker of one server.
    pub async fn connect(url: &str, prefix: Prefix) -> Result<Self, BrokerError> {
        Self::open(url, prefix, *REPLICAS.start()).await
    }

    async fn open(url: &str, prefix: Prefix, replicas: usize) -> Result<Self, BrokerError> {
        let server: ServerAddr = url.parse().map_err(BrokerError::new)?;
        connected("NATS", async || {
            let client = options(&server).connect(server.clone()).await.map_err(BrokerError::new)?;
            let mut jetstream = jetstream::new(client.clone());
            jetstream.set_timeout(ANSWER_TIMEOUT);
            let broker = Self(Arc::new(Inner {
                client,
                jetstream,
                prefix: prefix.clone(),
                replicas,
                healing: Mutex::default(),
            }));
            broker.ensure_streams().await.map(|_| broker)
        })
        .await
        .map_err(BrokerError::from)
    }

    /// Whether the connection is up right now.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.0.client.connection_state() == State::Connected
    }

    pub(super) fn jetstream(&self) -> &Context {
        &self.0.jetstream
    }

    /// A subject as NATS knows it.
    pub(super) fn subject(&self, subject: impl fmt::Display) -> String {
        format!("{}{subject}", self.0.prefix.0)
    }

    /// The subject of `service`'s dead letters of a kind.
    pub(super) fn dead_subject(&self, service: &str, subject: &str) -> String {
        format!("{}dead.{service}.{subject}", self.0.prefix.0)
    }

    /// The stream of events.
    pub(super) async fn events(&self) -> Result<stream::Stream, BrokerError> {
        self.stream(self.stream_name()).await
    }

    /// The stream of dead letters.
    pub(super) async fn dead(&self) -> Result<stream::Stream, BrokerError> {
        self.stream(self.dead_stream_name()).await
    }

    async fn stream(&self, name: String) -> Result<stream::Stream, BrokerError> {
        self.0.jetstream.get_stream(name).await.map_err(BrokerError::new)
    }

    fn stream_name(&self) -> String {
        format!("{}TICKETING", self.0.prefix.0)
    }

    fn dead_stream_name(&self) -> String {
        format!("{}TICKETING_DEAD", self.0.prefix.0)
    }

    /// Creates streams that have vanished, and says so. To be called when the
    /// broker answers but does not do as asked.
    pub(super) async fn heal(&self) {
        if !self.is_connected() {
            return;
        }
        // One at a time: who comes next finds what the one before has created.
        let _alone = self.0.healing.lock().await;
        match self.ensure_streams().await {
            Ok(lost) => {
                for stream in lost {
                    tracing::error!(stream, "the stream had vanished and has been created again: what it held is lost");
                    metrics::counter!("streams_recreated_total", "stream" => stream).increment(1);
                }
            }
            Err(error) => tracing::warn!(%error, "the streams can't be checked"),
        }
    }

    /// Makes sure that the streams exist and take our subjects, and names those
    /// that had to be created.
    async fn ensure_streams(&self) -> Result<Vec<String>, BrokerError> {
        let events = stream::Config {
            name: self.stream_name(),
            description: Some("What happened in the shop".into()),
            subjects: Subject::ALL.iter().map(|subject| self.subject(*subject)).collect(),
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
            if let Ensured::Created = self.ensure_stream(config).await? {
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

    /// A stream that exists keeps its configuration, which is for its operator
    /// to change, and the subjects of newer programs; ours are added.
    async fn ensure_stream(&self, wanted: stream::Config) -> Result<Ensured, BrokerError> {
        let jetstream = &self.0.jetstream;
        match jetstream.get_stream(&wanted.name).await {
            Ok(stream) => {
                let mut config = stream.cached_info().config.clone();
                let missing: Vec<_> =
                    wanted.subjects.into_iter().filter(|subject| !config.subjects.contains(subject)).collect();
                if !missing.is_empty() {
                    config.subjects.extend(missing);
                    jetstream.update_stream(config).await.map_err(BrokerError::new)?;
                }
                Ok(Ensured::WasThere)
            }
            Err(error) if is_not_found(&error) => {
                jetstream.get_or_create_stream(wanted).await.map_err(BrokerError::new)?;
                Ok(Ensured::Created)
            }
            Err(error) => Err(BrokerError::new(error)),
        }
    }

    /// When the newest event was kept, by the broker's clock; nothing if there
    /// is none.
    pub async fn newest_event(&self) -> Result<Option<DateTime<Utc>>, BrokerError> {
        let mut events = self.events().await?;
        let state = &events.info().await.map_err(BrokerError::new)?.state;
        Ok((state.messages > 0).then_some(state.last_timestamp))
    }

    /// JetStream itself and the stream of events' name, for tests that damage it.
    #[cfg(feature = "testing")]
    #[must_use]
    pub fn raw(&self) -> (&Context, String) {
        (self.jetstream(), self.stream_name())
    }

    /// Sends whatever bytes under a subject, for tests of what can't be decoded.
    #[cfg(feature = "testing")]
    pub async fn publish_raw(&self, subject: Subject, payload: &[u8]) -> Result<(), BrokerError> {
        let ack = self.0.jetstream.publish(self.subject(subject), payload.to_vec().into()).await;
        ack.map_err(BrokerError::new)?.await.map(drop).map_err(BrokerError::new)
    }
}

/// How to connect. The library leaves an address' user and password alone; said
/// here, they also hold for the servers that it hears of in a cluster.
fn options(server: &ServerAddr) -> ConnectOptions {
    let options =
        ConnectOptions::new().reconnect_delay_callback(|attempts| Duration::from_millis(100 * attempts.min(10) as u64));
    match (server.username(), server.password()) {
        (Some(user), Some(password)) => options.user_and_password(user.to_owned(), password.to_owned()),
        _ => options,
    }
}

fn is_not_found(error: &GetStreamError) -> bool {
    matches!(error.kind(), GetStreamErrorKind::JetStream(error) if error.error_code() == ErrorCode::STREAM_NOT_FOUND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_kept_on_one_to_five_servers() {
        let replicas = |count| {
            let env = Env::from([("NATS_URL", "nats://localhost"), ("NATS_STREAM_REPLICAS", count)]);
            BrokerConfig::from_env(&env).map(|config| config.replicas)
        };
        assert_eq!((replicas(""), replicas("3"), replicas("5")), (Ok(1), Ok(3), Ok(5)));
        for wrong in ["0", "6", "many"] {
            assert!(replicas(wrong).unwrap_err().to_string().contains("NATS_STREAM_REPLICAS"));
        }
    }
}
