//! The program around a service: HTTP server, listeners, relay, shutdown.

pub mod connections;
mod layers;
mod origin;
mod patience;
mod probes;

use std::{future::Future, io, net::Ipv4Addr, sync::Arc, time::Duration};

use axum::Router;
use connections::Limits;
use futures::{FutureExt, future::BoxFuture};
use tokio::{net::TcpListener, signal::unix, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::messaging::{Broker, Listeners, Relay};

pub use layers::BODY_LIMIT;

/// How long requests and messages in hand may take once the program is told to
/// stop. With the relay's time below it stays under the promised 20 s.
const FINISH: Duration = Duration::from_secs(12);
/// How long the relay may take for what is left after that.
const DRAIN: Duration = Duration::from_secs(6);

/// Whether something that the service needs answers; the reason if not.
pub type Check = Arc<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;
type Task = Box<dyn FnOnce(CancellationToken) -> BoxFuture<'static, ()> + Send>;

/// A service: what it serves, hears and publishes.
pub struct App {
    name: &'static str,
    router: Router,
    limits: Limits,
    checks: Vec<(&'static str, Check)>,
    working: Vec<Task>,
    draining: Vec<Task>,
    database: Option<mongodb::Database>,
}

impl App {
    /// A service that serves `router`.
    #[must_use]
    pub fn new(name: &'static str, router: Router) -> Self {
        let (checks, working, draining) = (Vec::new(), Vec::new(), Vec::new());
        Self { name, router, limits: Limits::default(), checks, working, draining, database: None }
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
        self.with_task(move |stop| listeners.run(broker, stop))
    }

    /// Publishes what stands in a collection's outboxes, to the last event: it
    /// stops only after everything else has.
    #[must_use]
    pub fn with_relay(mut self, relay: Relay) -> Self {
        self.draining.push(Box::new(|stop| relay.run(stop).boxed()));
        self
    }

    /// Does something else until told to stop.
    #[must_use]
    pub fn with_task<F>(mut self, task: impl FnOnce(CancellationToken) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.working.push(Box::new(|stop| task(stop).boxed()));
        self
    }

    /// Serves on all addresses until SIGTERM or Ctrl-C.
    pub async fn serve(self, port: u16) -> io::Result<()> {
        let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).await?;
        let stop = CancellationToken::new();
        tokio::spawn(stop_on_signal(stop.clone()));
        self.serve_on(listener, stop).await
    }

    /// Serves on `listener` until `stop` is cancelled: turns unready, finishes
    /// requests and messages in hand, then publishes what is left.
    pub async fn serve_on(self, listener: TcpListener, stop: CancellationToken) -> io::Result<()> {
        tracing::info!(service = self.name, address = %listener.local_addr()?, "listening");
        let (working, draining) = (TaskTracker::new(), TaskTracker::new());
        let drain = CancellationToken::new();
        for task in self.working {
            working.spawn(task(stop.clone()));
        }
        for task in self.draining {
            draining.spawn(task(drain.clone()));
        }
        let router = layers::wrap(self.router).merge(probes::router(self.checks, stop.clone()));
        working.spawn(connections::serve(listener, router, self.limits, stop.clone()));

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
        Ok(())
    }
}

async fn finish(tasks: &TaskTracker, limit: Duration, what: &'static str) {
    tasks.close();
    if timeout(limit, tasks.wait()).await.is_err() {
        tracing::warn!(what, "not finished in time, left to the next start");
    }
}

async fn stop_on_signal(stop: CancellationToken) {
    let terminate = async {
        match unix::signal(unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = terminate => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    stop.cancel();
}
