//! For tests: real stores, with a database, a subject prefix and a clock of its
//! own per test, and the service under test on a real port.
//!
//! `cargo xtask test` starts the stores and says where they are.

mod client;
mod endpoints;
mod fixtures;

use std::time::Duration;

use axum::http::StatusCode;
use bson::oid::ObjectId;
use chrono::DateTime;
use tokio::{net::TcpListener, sync::Mutex, task::JoinHandle, time::Instant};
use tokio_util::sync::CancellationToken;

pub use client::{Client, Reply};
pub use endpoints::check_endpoints;
pub use fixtures::{KEY, ticket_created, ticket_updated, user};

use crate::{
    clock::Clock,
    config::Env,
    events::{Event, Subject},
    messaging::{Broker, DeadLetter, DeadLetters, Prefix, Publisher},
    server::App,
    session::{SessionConfig, Sessions},
};

/// How long a condition may take to come true. Long, as it costs only failing
/// tests anything.
const PATIENCE: Duration = Duration::from_secs(30);

/// The surroundings of one test.
pub struct TestEnv {
    env: Env,
    /// The test's own time; runs like the system's until it is put forward.
    pub clock: Clock,
    /// The test's own streams.
    pub broker: Broker,
}

impl TestEnv {
    /// New surroundings for a service.
    pub async fn new() -> Self {
        let process = Env::process();
        let store = |name: &'static str| -> String {
            process.required(name).expect("the stores run only inside `cargo xtask test`")
        };
        let name = format!("test-{}", ObjectId::new().to_hex());
        let (mongo, nats, redis) = (store("TEST_MONGO_URI"), store("TEST_NATS_URL"), store("TEST_REDIS_URL"));
        let prefix = format!("{name}-");
        let (server, options) = mongo.split_once('?').unwrap_or((&mongo, ""));
        let mongo = format!("{}/{name}?{options}", server.trim_end_matches('/'));
        let env = Env::from([
            ("MONGO_URI", mongo.as_str()),
            ("NATS_URL", &nats),
            ("REDIS_URL", &redis),
            ("EVENTS_PREFIX", &prefix),
            ("JWT_KEY", KEY),
            ("COOKIE_SECURE", "false"),
        ]);
        let broker = Broker::connect(&nats, prefix.parse::<Prefix>().expect("a valid prefix")).await;
        Self { env, clock: Clock::adjustable(), broker: broker.expect("NATS answers") }
    }

    /// The environment that the service reads its configuration from.
    #[must_use]
    pub fn env(&self) -> &Env {
        &self.env
    }

    /// The same with one more variable.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.env.set(name, value);
        self
    }

    /// Sessions as every service here knows them.
    #[must_use]
    pub fn sessions(&self) -> Sessions {
        Sessions::new(&SessionConfig { key: KEY.into(), secure: false }, self.clock.clone())
    }

    /// Starts a service on a port of its own.
    pub async fn start(&self, app: App) -> Service {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let stop = CancellationToken::new();
        let running = tokio::spawn(app.serve_on(listener, stop.clone()));
        let client = Client::new(&url);
        eventually("the service is ready", async || {
            (client.get("/readyz").await.status == StatusCode::OK).then_some(())
        })
        .await;
        Service { url, sessions: self.sessions(), stop, running: Mutex::new(Some(running)) }
    }

    /// Publishes an event, as another service would.
    pub async fn publish<E: Event>(&self, event: &E) {
        self.broker.publish(event).await.expect("JetStream takes the event");
    }

    /// Publishes whatever bytes under a subject.
    pub async fn publish_raw(&self, subject: Subject, payload: &[u8]) {
        self.broker.publish_raw(subject, payload).await.expect("JetStream takes the message");
    }

    /// Everything of a kind that has been published so far.
    pub async fn published<E: Event>(&self) -> Vec<E> {
        let events = std::sync::Mutex::new(Vec::new());
        let keep = |event| {
            events.lock().expect("no test panics here").push(event);
            std::future::ready(Ok(()))
        };
        self.broker.replay(DateTime::UNIX_EPOCH, keep).await.expect("JetStream replays");
        events.into_inner().expect("no test panics here")
    }

    /// Waits for a published event that `wanted` accepts.
    pub async fn event<E: Event>(&self, wanted: impl Fn(&E) -> bool) -> E {
        eventually(E::SUBJECT.as_str(), async || self.published::<E>().await.into_iter().find(|event| wanted(event)))
            .await
    }

    /// Waits until every message published so far has been taken by every
    /// listener of the services that run.
    pub async fn all_handled(&self) {
        eventually("all messages are taken", async || {
            let backlog = self.broker.backlog().await.expect("JetStream answers");
            let taken = !backlog.is_empty() && backlog.iter().all(|backlog| backlog.messages == 0);
            taken.then_some(())
        })
        .await;
    }

    /// The dead letters so far.
    pub async fn dead_letters(&self) -> Vec<DeadLetter> {
        DeadLetters::open(&self.broker).await.expect("the stream exists").list().await.expect("the stream answers")
    }
}

/// A service that runs for a test.
pub struct Service {
    /// Where it listens.
    pub url: String,
    sessions: Sessions,
    stop: CancellationToken,
    running: Mutex<Option<JoinHandle<std::io::Result<()>>>>,
}

impl Service {
    /// A client that is not signed in.
    #[must_use]
    pub fn anonymous(&self) -> Client {
        Client::new(&self.url)
    }

    /// A client that is signed in as `user`.
    #[must_use]
    pub fn signed_in(&self, user: &crate::api::users::User) -> Client {
        let cookie = self.sessions.begin(user).expect("claims are plain JSON");
        self.anonymous().with_cookie(cookie.name(), cookie.value())
    }

    /// Waits until the service has ended by itself, and tells how.
    pub async fn ended(&self) -> std::io::Result<()> {
        let running = self.running.lock().await.take().expect("it has been started");
        let ended = tokio::time::timeout(PATIENCE, running).await.expect("the service ends by itself");
        ended.expect("the service does not panic")
    }

    /// Stops the service as SIGTERM would, and waits for its end.
    pub async fn stop(&self) {
        self.stop.cancel();
        if let Some(running) = self.running.lock().await.take() {
            running.await.expect("the service does not panic").expect("the service ends well");
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Waits until `condition` gives something, and fails the test if it never does.
pub async fn eventually<T>(what: &str, mut condition: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(value) = condition().await {
            return value;
        }
        assert!(Instant::now() < deadline, "still not true after {PATIENCE:?}: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
