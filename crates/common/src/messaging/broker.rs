//! The connection to NATS.

use std::{error::Error, fmt, ops::RangeInclusive, path::PathBuf, str::FromStr, sync::Arc, time::Duration};

use async_nats::{
    Auth, AuthError, Client, ConnectOptions, ServerAddr,
    connection::State,
    jetstream::{self, context::Context},
};
use tokio::sync::Mutex;

use crate::{
    config::{ConfigError, Env, problem},
    connect::{Unreachable, connect_with_retries},
};

/// On how many servers JetStream can keep a stream.
const REPLICAS: RangeInclusive<usize> = 1..=5;
/// How long JetStream may take to answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// Stands in front of the name of every stream and subject, so that tests and
/// shared brokers keep apart. Letters, digits, `-` and `_`; usually empty.
#[derive(Debug, Clone, Default)]
pub struct Prefix(pub(super) String);

impl FromStr for Prefix {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let valid = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        valid.then(|| Self(text.to_owned())).ok_or("only letters, digits, - and _ are allowed")
    }
}

/// Where the broker is, and how our streams are named and kept there.
#[derive(Debug, Clone)]
pub struct BrokerConfig {
    /// The broker's address.
    pub url: String,
    /// The file with the password of the address' user, unless the address has it. It is
    /// read at each connection, so a new password needs no restart.
    pub password_file: Option<PathBuf>,
    /// The prefix of the names of streams and subjects.
    pub prefix: Prefix,
    /// On how many servers a stream is kept that has to be created, 1 to 5.
    pub replicas: usize,
}

impl BrokerConfig {
    /// Reads `NATS_URL`, `NATS_PASSWORD_FILE`, `EVENTS_PREFIX` and `NATS_STREAM_REPLICAS`.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let replicas = env.or("NATS_STREAM_REPLICAS", 1)?;
        if !REPLICAS.contains(&replicas) {
            return Err(problem("NATS_STREAM_REPLICAS", "must be between 1 and 5"));
        }
        let (url, password_file) = (env.required("NATS_URL")?, env.optional("NATS_PASSWORD_FILE")?);
        Ok(Self { url, password_file, prefix: env.or("EVENTS_PREFIX", Prefix::default())?, replicas })
    }

    /// Connects, [with retries](connect_with_retries), and creates the streams that
    /// are missing. Later the connection comes back by itself.
    pub async fn connect(&self) -> Result<Broker, BrokerError> {
        let server = self.server()?;
        let broker = connect_with_retries("NATS", async || {
            let broker = self.broker(self.options(&server).connect(server.clone()).await?);
            broker.ensure_streams().await?;
            Ok::<_, BrokerError>(broker)
        });
        Ok(broker.await?)
    }

    /// Connects in the background, for a program that works without NATS and only
    /// [watches](Broker::watch): no stream is created.
    pub async fn connect_in_background(&self) -> Result<Broker, BrokerError> {
        let server = self.server()?;
        let client = self.options(&server).retry_on_initial_connect().connect(server).await?;
        Ok(self.broker(client))
    }

    /// The options of a connection. async-nats uses an address' user and password for
    /// that one server; set here, they also hold for others of its cluster.
    fn options(&self, server: &ServerAddr) -> ConnectOptions {
        let user = server.username().map(str::to_owned);
        let options = match (user, server.password(), self.password_file.clone()) {
            (user, None, Some(file)) => {
                ConnectOptions::with_auth_callback(move |_| with_password_of(user.clone(), file.clone()))
            }
            (Some(user), Some(password), _) => ConnectOptions::with_user_and_password(user, password.to_owned()),
            _ => ConnectOptions::new(),
        };
        options.reconnect_delay_callback(|attempts| Duration::from_millis(100 * attempts.min(10) as u64))
    }

    fn server(&self) -> Result<ServerAddr, BrokerError> {
        self.url.parse().map_err(BrokerError::new)
    }

    fn broker(&self, client: Client) -> Broker {
        let mut jetstream = jetstream::new(client.clone());
        jetstream.set_timeout(ANSWER_TIMEOUT);
        let (prefix, recreating) = (self.prefix.clone(), Mutex::default());
        Broker(Arc::new(Inner { client, jetstream, prefix, replicas: self.replicas, recreating }))
    }
}

/// NATS can't be reached or refuses a request. Text and sources are the cause's.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct BrokerError(#[from] Box<dyn Error + Send + Sync>);

impl BrokerError {
    pub(super) fn new(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(cause.into())
    }
}

impl<K> From<async_nats::error::Error<K>> for BrokerError
where
    async_nats::error::Error<K>: Error + Send + Sync + 'static,
    K: Clone + fmt::Debug + fmt::Display + PartialEq,
{
    fn from(error: async_nats::error::Error<K>) -> Self {
        Self::new(error)
    }
}

impl From<Unreachable> for BrokerError {
    fn from(error: Unreachable) -> Self {
        Self::new(error)
    }
}

/// A connection to NATS. Cheap to clone.
#[derive(Clone)]
pub struct Broker(pub(super) Arc<Inner>);

pub(super) struct Inner {
    client: Client,
    pub(super) jetstream: Context,
    pub(super) prefix: Prefix,
    pub(super) replicas: usize,
    /// Held by whoever recreates lost streams.
    pub(super) recreating: Mutex<()>,
}

impl Broker {
    /// Connects as [`BrokerConfig::connect`] does, to a broker of one server.
    pub async fn connect(url: &str, prefix: Prefix) -> Result<Self, BrokerError> {
        let url = url.to_owned();
        BrokerConfig { url, password_file: None, prefix, replicas: *REPLICAS.start() }.connect().await
    }

    /// Whether the connection is up right now.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.0.client.connection_state() == State::Connected
    }

    pub(super) fn jetstream(&self) -> &Context {
        &self.0.jetstream
    }

    /// A subject as NATS knows it, with the prefix.
    pub(super) fn subject(&self, subject: impl fmt::Display) -> String {
        format!("{}{subject}", self.0.prefix.0)
    }

    /// The subject of `service`'s dead letters of a kind.
    pub(super) fn dead_subject(&self, service: &str, subject: &str) -> String {
        self.subject(format_args!("dead.{service}.{subject}"))
    }
}

async fn with_password_of(user: Option<String>, file: PathBuf) -> Result<Auth, AuthError> {
    let text = tokio::fs::read_to_string(file).await;
    let text = text.map_err(|error| AuthError::new(format!("NATS_PASSWORD_FILE can't be read: {error}")))?;
    let mut auth = Auth::new();
    auth.username = user;
    auth.password = Some(text.trim().to_owned());
    Ok(auth)
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
        net::TcpListener,
    };

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

    /// A server that accepts nobody, and what the next client tells it.
    async fn told(listener: &TcpListener) -> serde_json::Value {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"INFO {\"server_id\":\"x\",\"max_payload\":1048576}\r\n").await.unwrap();
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).await.unwrap();
        serde_json::from_str(line.strip_prefix("CONNECT ").unwrap()).unwrap()
    }

    #[tokio::test]
    async fn a_password_in_a_file_is_read_at_each_connection() {
        let (listener, file) =
            (TcpListener::bind("127.0.0.1:0").await.unwrap(), tempfile::NamedTempFile::new().unwrap());
        let url = format!("nats://shop@{}", listener.local_addr().unwrap());
        let path = file.path().to_str().unwrap();
        let env = Env::from([("NATS_URL", url.as_str()), ("NATS_PASSWORD_FILE", path)]);
        std::fs::write(file.path(), "first\n").unwrap();
        let _broker = BrokerConfig::from_env(&env).unwrap().connect_in_background().await.unwrap();
        let told_first = told(&listener).await;
        assert_eq!((&told_first["user"], &told_first["pass"]), (&"shop".into(), &"first".into()));
        std::fs::write(file.path(), "second").unwrap();
        // An attempt may have begun before.
        while told(&listener).await["pass"] != "second" {}
    }
}
