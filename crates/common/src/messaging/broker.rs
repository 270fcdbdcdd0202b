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

use crate::{
    config::{ConfigError, Env, problem},
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

    /// Connects, and creates or updates the streams. Reconnects by itself later.
    pub async fn connect(&self) -> Result<Broker, BrokerError> {
        Broker::open(&self.url, self.prefix.clone(), self.replicas).await
    }
}

/// NATS can't be reached or does not do as asked.
#[derive(Debug, thiserror::Error)]
#[error("NATS: {0}")]
pub struct BrokerError(String);

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
}

impl Broker {
    /// Connects as [`BrokerConfig::connect`] does, to a broker of one server.
    pub async fn connect(url: &str, prefix: Prefix) -> Result<Self, BrokerError> {
        Self::open(url, prefix, *REPLICAS.start()).await
    }

    async fn open(url: &str, prefix: Prefix, replicas: usize) -> Result<Self, BrokerError> {
        let server: ServerAddr = url.parse().map_err(BrokerError::new)?;
        let client = options(&server).connect(server).await.map_err(BrokerError::new)?;
        let mut jetstream = jetstream::new(client.clone());
        jetstream.set_timeout(ANSWER_TIMEOUT);
        let broker = Self(Arc::new(Inner { client, jetstream, prefix }));
        broker.ensure_streams(replicas).await?;
        Ok(broker)
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
    pub(super) fn subject(&self, subject: Subject) -> String {
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

    async fn ensure_streams(&self, replicas: usize) -> Result<(), BrokerError> {
        let events = stream::Config {
            name: self.stream_name(),
            description: Some("What happened in the shop".into()),
            subjects: Subject::ALL.map(|subject| self.subject(subject)).to_vec(),
            storage: stream::StorageType::File,
            duplicate_window: DUPLICATE_WINDOW,
            max_age: KEEP_EVENTS,
            num_replicas: replicas,
            ..Default::default()
        };
        let dead = stream::Config {
            name: self.dead_stream_name(),
            description: Some("Events that a service could not take".into()),
            subjects: vec![self.dead_subject("*", "*")],
            storage: stream::StorageType::File,
            duplicate_window: DUPLICATE_WINDOW,
            num_replicas: replicas,
            ..Default::default()
        };
        for config in [events, dead] {
            self.ensure_stream(config).await?;
        }
        Ok(())
    }

    async fn ensure_stream(&self, mut config: stream::Config) -> Result<(), BrokerError> {
        let jetstream = &self.0.jetstream;
        match jetstream.get_stream(&config.name).await {
            Ok(stream) => {
                // How many servers keep a stream is for its operator to say.
                config.num_replicas = stream.cached_info().config.num_replicas;
                jetstream.update_stream(config).await.map(drop).map_err(BrokerError::new)
            }
            Err(error) if is_not_found(&error) => {
                jetstream.get_or_create_stream(config).await.map(drop).map_err(BrokerError::new)
            }
            Err(error) => Err(BrokerError::new(error)),
        }
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
