//! For tests: real stores, with a database, a subject prefix and a clock per test,
//! and the service under test on a real port.
//!
//! `TEST_MONGO_URI`, `TEST_NATS_URL` and `TEST_REDIS_URL` name the stores;
//! `cargo xtask test` starts them.

mod client;
mod endpoints;
mod fixtures;

use std::time::Duration;

use axum::http::StatusCode;
use bson::oid::ObjectId;
use chrono::DateTime;
use futures::{StreamExt, TryStreamExt};
use tokio::{net::TcpListener, sync::Mutex, task::JoinHandle, time::Instant};
use tokio_util::sync::CancellationToken;

pub use client::{Client, Reply};
pub use endpoints::check_endpoints;
pub use fixtures::{
    KEY, order_cancelled, order_completed, order_created, payment_created, ticket_created, ticket_updated, user,
};

use crate::{
    clock::Clock,
    config::Env,
    events::{Event, Subject},
    messaging::{Broker, DeadLetter, DeadLetters, ObservedEvent, Prefix, Publisher},
    server::App,
    service::StartError,
    session::{SessionIssuer, Sessions},
};

/// How long a condition may take to come true. Long, as only failing tests wait so
/// long.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The environment of one test.
pub struct TestEnv {
    env: Env,
    /// The test's own clock; runs like the system's until it is advanced.
    pub clock: Clock,
    /// The connection to the test's own streams.
    pub broker: Broker,
}

impl TestEnv {
    /// A new environment.
    pub async fn new() -> Self {
        let process = Env::process();
        let store = |name: &'static str| -> String {
            process.required(name).expect("the stores are started by `cargo xtask test`")
        };
        let name = format!("test-{}", ObjectId::new().to_hex());
        let (mongo, nats, redis) = (store("TEST_MONGO_URI"), store("TEST_NATS_URL"), store("TEST_REDIS_URL"));
        let prefix = format!("{name}-");
        let (server, options) = mongo.split_once('?').unwrap_or((&mongo, ""));
        let mongo = format!("{}/{name}?{options}", server.trim_end_matches('/'));
        let handover_keys = format!("1:{}", "0".repeat(64));
        let env = Env::from([
            ("MONGO_URI", mongo.as_str()),
            ("NATS_URL", &nats),
            ("REDIS_URL", &redis),
            ("EVENTS_PREFIX", &prefix),
            ("JWT_KEY", KEY),
            ("HANDOVER_KEYS", &handover_keys),
            ("COOKIE_SECURE", "false"),
        ]);
        let broker = Broker::connect(&nats, prefix.parse::<Prefix>().expect("a valid prefix")).await;
        Self { env, clock: Clock::adjustable(), broker: broker.expect("NATS answers") }
    }

    /// The variables that the service reads its configuration from.
    #[must_use]
    pub fn env(&self) -> &Env {
        &self.env
    }

    /// The same with another variable.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.env.set(name, value);
        self
    }

    /// Sessions that every service of this test accepts.
    #[must_use]
    pub fn sessions(&self) -> SessionIssuer {
        SessionIssuer::new(Sessions::new(KEY, self.clock.clone()), false)
    }

    /// Starts a service as its `main` does, on a free port.
    pub async fn run(&self, start: impl AsyncFnOnce(&Env, Clock) -> Result<App, StartError>) -> Service {
        self.start(start(&self.env, self.clock.clone()).await.expect("the service connects to its stores")).await
    }

    /// Serves an app on a free port.
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

    /// Publishes any bytes under a subject.
    pub async fn publish_raw(&self, subject: Subject, payload: &[u8]) {
        self.broker.publish_raw(subject, payload).await.expect("JetStream takes the message");
    }

    /// Every event of a kind that was published so far.
    pub async fn published<E: Event>(&self) -> Vec<E> {
        self.broker.replay(DateTime::UNIX_EPOCH).await.expect("JetStream replays")
    }

    /// Waits for an event that `wanted` accepts, published before or after this call.
    pub async fn event<E: Event>(&self, wanted: impl Fn(&E) -> bool) -> E {
        let events = self.broker.watch_from_start().await.expect("JetStream answers");
        let decoded = events.try_filter_map(|event| std::future::ready(Ok(decode::<E>(event).filter(&wanted))));
        let found = tokio::time::timeout(TIMEOUT, std::pin::pin!(decoded).next()).await;
        let found = found.unwrap_or_else(|_| panic!("no such event after {TIMEOUT:?}: {}", E::SUBJECT));
        found.expect("watching does not end").expect("JetStream answers")
    }

    /// Waits until the listeners of the running services have handled every message
    /// that was published so far.
    pub async fn all_handled(&self) {
        eventually("all messages are handled", async || {
            let backlog = self.broker.backlog().await.expect("JetStream answers");
            let handled = !backlog.is_empty() && backlog.iter().all(|backlog| backlog.messages == 0);
            handled.then_some(())
        })
        .await;
    }

    /// The dead letters so far.
    pub async fn dead_letters(&self) -> Vec<DeadLetter> {
        DeadLetters::open(&self.broker).await.expect("the stream exists").list().await.expect("the stream answers")
    }
}

fn decode<E: Event>(event: ObservedEvent) -> Option<E> {
    (event.subject == E::SUBJECT).then(|| serde_json::from_value(event.payload).ok())?
}

/// A running service.
pub struct Service {
    /// Its address.
    pub url: String,
    sessions: SessionIssuer,
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

    /// Waits until the service has ended by itself, and returns its result.
    pub async fn ended(&self) -> std::io::Result<()> {
        let running = self.running.lock().await.take().expect("it has been started");
        let ended = tokio::time::timeout(TIMEOUT, running).await.expect("the service ends by itself");
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

/// Waits until `condition` returns something; fails the test after 30 seconds.
pub async fn eventually<T>(what: &str, mut condition: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + TIMEOUT;
    loop {
        if let Some(value) = condition().await {
            return value;
        }
        assert!(Instant::now() < deadline, "still not true after {TIMEOUT:?}: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
