//! The program around a service: HTTP server, listeners, relay, shutdown.

mod admission;
pub mod connections;
mod layers;
mod origin;
mod patience;
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

/// How long requests and messages in hand may take once the program is told to
/// stop. With the relay's time below it stays under the promised 20 s.
const FINISH: Duration = Duration::from_secs(12);
/// How long the relay may take for what is left after that.
const DRAIN: Duration = Duration::from_secs(6);

/// Whether something that the service needs answers; the reason if not.
pub type Check = Arc<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

type Dressing = Box<dyn FnOnce(Router) -> Router + Send>;

/// A service: what it serves, hears and publishes.
pub struct App {
    name: &'static str,
    router: Router,
    outermost: Dressing,
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

    /// Puts a layer around all others, to change what they answer by themselves.
    #[must_use]
    pub fn with_outermost(mut self, layer: impl FnOnce(Router) -> Router + Send + 'static) -> Self {
        self.outermost = Box::new(layer);
        self
    }

    /// Has other limits on connections than programs have: for tests, which
    /// can't wait for those.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Is ready only if `check` passes.
    #[must_use]
    pub fn ready_if<F>(mut self, what: &'static str, check: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.checks.push((what, Arc::new(move || check().boxed())));
        self
    }

    /// Is ready only if the database answers, and lets go of it at the end.
    #[must_use]
    pub fn with_database(mut self, database: &mongodb::Database) -> Self {
        self.database = Some(database.clone());
        let database = database.clone();
        self.ready_if("mongo", move || {
            let database = database.clone();
            async move { crate::mongo::ping(&database).await.map_err(|error| error.to_string()) }
        })
    }

    /// Hears what `listeners` listen for.
    #[must_use]
    pub fn with_listeners(self, broker: Broker, listeners: Listeners) -> Self {
        self.with_task("listeners", move |stop| listeners.run(broker, stop))
    }

    /// Publishes what stands in a collection's outboxes, to the last event: it
    /// stops only after everything else has.
    #[must_use]
    pub fn with_relay(mut self, relay: Relay) -> Self {
        let name = format!("relay of {}", relay.collection());
        self.draining.push(Worker::new(name, |stop| relay.run(stop)));
        self
    }

    /// Does something else until told to stop. If it ends or panics before
    /// that, the program says so and ends with an error: it starts anew whole,
    /// rather than going on without a part.
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

    /// Serves on `listener` until `stop` is cancelled: turns unready, finishes
    /// requests and messages in hand, then publishes what is left. The error is
    /// the worker that has ended before its time, if one has.
    pub async fn serve_on(self, listener: TcpListener, stop: CancellationToken) -> io::Result<()> {
        tracing::info!(service = self.name, address = %listener.local_addr()?, "listening");
        let (working, draining) = (TaskTracker::new(), TaskTracker::new());
        let drain = CancellationToken::new();
        let workers = Workers::new(stop.clone());
        for worker in self.working {
            working.spawn(workers.watch(worker, stop.clone()));
        }
        for worker in self.draining {
            draining.spawn(workers.watch(worker, drain.clone()));
        }
        working.spawn(workers.watch(Worker::new("metrics".into(), telemetry::upkeep), stop.clone()));
        let admission = if self.database.is_some() { Admission::limited() } else { Admission::unlimited() };
        let router = (self.outermost)(layers::wrap(self.router, admission));
        let router = router.merge(probes::router(self.checks, stop.clone()));
        let limits = self.limits;
        let server = Worker::new("HTTP server".into(), move |stop| connections::serve(listener, router, limits, stop));
        working.spawn(workers.watch(server, stop.clone()));

        stop.cancelled().await;
        tracing::info!(service = self.name, "stopping");
        finish(&working, FINISH, "requests or messages").await;
        drain.cancel();
        finish(&draining, DRAIN, "outboxes").await;
        if let Some(database) = self.database {
            // Or the driver's own tasks would find the runtime gone.
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
