//! One delayed job per order, kept in Redis, restored from JetStream and run by an apalis worker.

mod end;
mod hold;
mod queue;
mod restore;

pub(crate) use hold::Hold;
pub(crate) use queue::Queue;

use std::{error::Error, future::ready, pin::pin, sync::Arc, time::Duration};

use apalis::prelude::{BackendExt, RandomId, WorkerBuilder, WorkerBuilderExt, WorkerContext, WorkerError};
use futures::FutureExt;
use tokio::{
    sync::Notify,
    time::{interval, sleep},
};
use tokio_util::sync::CancellationToken;

use crate::AppState;

/// Holds that a worker ends at the same time. A worker with more than some 8,000 jobs in
/// flight could not be cleaned up after a crash.
const CONCURRENCY: usize = 512;
/// How often Redis is asked for due jobs.
const POLL: Duration = Duration::from_millis(100);
/// The pause before a failed operation is retried.
const RETRY: Duration = Duration::from_millis(500);

type Failed = Box<dyn Error + Send + Sync>;

/// Runs one worker after another until `stop`.
pub(crate) async fn run(state: AppState, stop: CancellationToken) {
    while !stop.is_cancelled() {
        // A fresh name: apalis rejects a name whose previous worker still looks alive.
        let worker = WorkerContext::new(&format!("{}-{}", crate::NAME, String::from(RandomId::default())));
        let outcome = work(&state, &worker, &stop).await.map_err(Failed::from);
        let released = state.queue.release(&worker, state.clock.now()).await.map_err(Failed::from);
        if let Err(error) = outcome.and(released) {
            tracing::warn!(error = common::error::chain(&*error), "the worker that ends holds has failed, restarting");
            sleep(RETRY).await;
        }
    }
}

/// Runs a worker until `stop` or until it fails. It fails when Redis has been emptied, as it
/// is then no longer registered; restoring only after registration misses no emptying.
async fn work(state: &AppState, worker: &WorkerContext, stop: &CancellationToken) -> Result<(), WorkerError> {
    let registered = Arc::new(Notify::new());
    let mut restored = pin!(registered.clone().notified_owned().then(|()| restore::restore(state)).fuse());
    let backend = state.queue.storage().with_codec(hold::HoldCodec);
    let worker = WorkerBuilder::new(worker)
        .backend(backend.after_start(move |_| {
            registered.notify_one();
            ready(Ok(()))
        }))
        .data(state.clone())
        .concurrency(CONCURRENCY)
        .build(end::end);
    let mut running = pin!(worker.run());
    // apalis' own interval stops waking the worker after a slow response.
    let mut poll = interval(POLL);
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            ended = &mut running => return ended,
            () = &mut restored => {}
            _ = poll.tick() => {}
        }
    }
}
