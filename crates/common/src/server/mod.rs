//! Runs a service: HTTP server, listeners, relay, shutdown.

mod admission;
pub mod connections;
mod head_timer;
mod layers;
mod origin;
mod probes;
mod workers;

use std::{future::Future, io, net::Ipv4Addr, sync::Arc, time::Duration};

use axum::Router;
use connections::Limits;
use futures::{FutureExt, future::BoxFuture};
use tokio::{net::TcpListener, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use utoipa_axum::router::OpenApiRouter;

use crate::{
    connect::shutdown_signal,
    messaging::{Broker, Listeners, Relay},
    openapi, telemetry,
};
use admission::Admission;
use workers::{Worker, Workers};

pub use layers::BODY_LIMIT;

/// How long requests and messages in progress may take once the program has to
/// stop. Together with the relay's time below it stays under the promised 20 s.
const FINISH: Duration = Duration::from_secs(12);
/// How long the relay may take to publish the rest after that.
const DRAIN: Duration = Duration::from_secs(6);

/// Checks whether a dependency of the service answers; the error is the reason.
pub type Check = Arc<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

type OuterLayer = Box<dyn FnOnce(Router) -> Router + Send>;

/// A service: its routes, listeners, relays and other tasks.
pub struct App {
    name: &'static str,
    router: Router,
    outermost: OuterLayer,
    limits: Limits,
    checks: Vec<(&'static str, Check)>,
    working: Vec<Worker>,
    draining: Vec<Worker>,
    database: Option<mongodb::Database>,
}

impl App {
    /// A service that serves `router`, and what describes it.
    #[must_use]
    pub fn new(name: &'static str, router: impl Into<OpenApiRouter>) -> Self {
        let router = openapi::serve(name, router.into());
        let (checks, working, draining) = (Vec::new(), Vec::new(), Vec::new());
        let outermost = Box::new(|router| router);
        Self { name, router, outermost, limits: Limits::default(), checks, working, draining, database: None }
    }

    /// Adds a layer around all others, which sees the responses that those make.
    #[must_use]
    pub fn with_outermost(mut self, layer: impl FnOnce(Router) -> Router + Send + 'static) -> Self {
        self.outermost = Box::new(layer);
        self
    }

    /// Sets other limits on connections.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Makes the service ready only while `check` passes.
    #[must_use]
    pub fn ready_if<F>(mut self, what: &'static str, check: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.checks.push((what, Arc::new(move || check().boxed())));
        self
    }

    /// Makes the service ready only while the database answers, limits its concurrent
    /// requests, and closes the database's connections at the end.
    #[must_use]
    pub fn with_database(mut self, database: &mongodb::Database) -> Self {
        self.database = Some(database.clone());
        let database = database.clone();
        self.ready_if("mongo", move || {
            let database = database.clone();
            async move { crate::mongo::ping(&database).await.map_err(|error| error.to_string()) }
        })
    }

    /// Handles events.
    #[must_use]
    pub fn with_listeners(self, broker: Broker, listeners: Listeners) -> Self {
        self.with_task("listeners", move |stop| listeners.run(broker, stop))
    }

    /// Publishes the events in a collection's outboxes. The relay stops last, so that
    /// it publishes the events of the last requests too.
    #[must_use]
    pub fn with_relay(mut self, relay: Relay) -> Self {
        let name = format!("relay of {}", relay.collection());
        self.draining.push(Worker::new(name, |stop| relay.run(stop)));
        self
    }

    /// Runs a task until it is cancelled. If it ends or panics before that, the whole
    /// program stops with an error, to be restarted, rather than go on without it.
    #[must_use]
    pub fn with_task<F>(mut self, name: &str, task: impl FnOnce(CancellationToken) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.working.push(Worker::new(name.to_owned(), task));
        self
    }

    /// Serves on all addresses until SIGTERM or Ctrl-C.
    pub async fn serve(self, port: u16) -> io::Result<()> {
        let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).await?;
        let stop = CancellationToken::new();
        tokio::spawn({
            let stop = stop.clone();
            async move {
                shutdown_signal().await;
                stop.cancel();
            }
        });
        self.serve_on(listener, stop).await
    }

    /// Serves on `listener` until `stop` is cancelled; then becomes unready, finishes
    /// the requests and messages in progress, and publishes the events that are left.
    /// Fails if a task ended or panicked before `stop`.
    pub async fn serve_on(self, listener: TcpListener, stop: CancellationToken) -> io::Result<()> {
        tracing::info!(service = self.name, address = %listener.local_addr()?, "listening");
        let (working, draining) = (TaskTracker::new(), TaskTracker::new());
        let drain = CancellationToken::new();
        let workers = Workers::new(stop.clone());
        for worker in self.working {
            working.spawn(workers.supervise(worker, stop.clone()));
        }
        for worker in self.draining {
            draining.spawn(workers.supervise(worker, drain.clone()));
        }
        working.spawn(workers.supervise(Worker::new("metrics".into(), telemetry::upkeep), stop.clone()));
        let admission = if self.database.is_some() { Admission::limited() } else { Admission::unlimited() };
        let router = (self.outermost)(layers::wrap(self.router, admission));
        let router = router.merge(probes::router(self.checks, stop.clone()));
        let limits = self.limits;
        let server = Worker::new("HTTP server".into(), move |stop| connections::serve(listener, router, limits, stop));
        working.spawn(workers.supervise(server, stop.clone()));

        stop.cancelled().await;
        tracing::info!(service = self.name, "stopping");
        finish(&working, FINISH, "requests or messages").await;
        drain.cancel();
        finish(&draining, DRAIN, "outboxes").await;
        if let Some(database) = self.database {
            // Before the runtime ends, which the driver's own tasks need.
            database.client().clone().shutdown().immediate(true).await;
        }
        tracing::info!(service = self.name, "stopped");
        workers.outcome()
    }
}

async fn finish(tasks: &TaskTracker, limit: Duration, what: &'static str) {
    tasks.close();
    if timeout(limit, tasks.wait()).await.is_err() {
        tracing::warn!(what, "not finished in time, left to the next start");
    }
}
