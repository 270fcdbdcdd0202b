//! Runs the jobs: one apalis worker after another, each of which first restores the holds.

use std::{collections::HashSet, error::Error, future::ready, pin::pin, sync::Arc, time::Duration};

use apalis::prelude::{
    BackendExt, Data, RandomId, TaskId, WorkerBuilder, WorkerBuilderExt, WorkerContext, WorkerError,
};
use chrono::TimeDelta;
use common::{
    error::chain,
    events::{ExpirationComplete, OrderCreated},
    messaging::Publisher,
    telemetry,
};
use futures::FutureExt;
use tokio::{
    sync::Notify,
    time::{interval, sleep},
};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use crate::{
    AppState,
    hold::{Hold, HoldCodec},
};

/// Holds that a worker ends at the same time. A worker with more than some 8,000 jobs in
/// flight could not be cleaned up after a crash.
const CONCURRENCY: usize = 512;
/// How often Redis is asked for due jobs.
const POLL: Duration = Duration::from_millis(100);
/// The pause before a failed operation is retried.
const RETRY: Duration = Duration::from_millis(500);
/// How far back from JetStream's newest event orders are replayed: longer than any hold.
/// By JetStream's clock, as this program's own may be wrong.
const REPLAY: TimeDelta = TimeDelta::days(1);
/// Jobs written by one script, during which Redis does nothing else.
const BATCH: usize = 500;

type Failed = Box<dyn Error + Send + Sync>;

/// Runs one worker after another until `stop`.
pub(crate) async fn run(state: AppState, stop: CancellationToken) {
    while !stop.is_cancelled() {
        // A fresh name: apalis rejects a name whose previous worker still looks alive.
        let worker = WorkerContext::new(&format!("{}-{}", crate::NAME, String::from(RandomId::default())));
        let outcome = work(&state, &worker, &stop).await.map_err(Failed::from);
        let released = state.queue.release(&worker, state.clock.now()).await.map_err(Failed::from);
        if let Err(error) = outcome.and(released) {
            tracing::warn!(error = chain(&*error), "the worker that ends holds has failed, restarting");
            sleep(RETRY).await;
        }
    }
}

/// Runs a worker until `stop` or until it fails. It fails when Redis has been emptied, as it
/// is then no longer registered; restoring only after registration misses no emptying.
async fn work(state: &AppState, worker: &WorkerContext, stop: &CancellationToken) -> Result<(), WorkerError> {
    let registered = Arc::new(Notify::new());
    let restoring = registered.clone().notified_owned();
    let restoring = restoring.then(|()| until_done("holds can't be restored yet", || restore(state)));
    let mut restoring = pin!(restoring.fuse());
    let backend = state.queue.storage().with_codec(HoldCodec).after_start(move |_| {
        registered.notify_one();
        ready(Ok(()))
    });
    let worker = WorkerBuilder::new(worker).backend(backend).data(state.clone()).concurrency(CONCURRENCY).build(end);
    let mut running = pin!(worker.run());
    // apalis' own interval stops waking the worker after a slow response.
    let mut poll = interval(POLL);
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            ended = &mut running => return ended,
            () = &mut restoring => {}
            _ = poll.tick() => {}
        }
    }
}

/// Ends a hold. The hold of an unreadable job is ended at once, as payments checks the order's
/// time itself.
async fn end(hold: Option<Hold>, id: TaskId, worker: WorkerContext, state: Data<AppState>) {
    let now = state.clock.now();
    let unreadable = || {
        tracing::error!(job = %id, "a job is unreadable, ending its order's hold now");
        Some(Hold { order_id: id.to_string().parse().ok()?, ends_at: now, traceparent: None })
    };
    let Some(hold) = hold.or_else(unreadable) else { return };
    let span = tracing::info_span!("hold", order = %hold.order_id);
    telemetry::continue_trace(&span, hold.traceparent.as_deref());
    // apalis hands a job out at the start of its second.
    sleep((hold.ends_at - now).to_std().unwrap_or_default()).await;
    // Publishes, then removes the job: a crash between the two only publishes a duplicate.
    let publish = async || -> Result<(), Failed> {
        state.broker.publish(&ExpirationComplete { order_id: hold.order_id.clone() }).await?;
        Ok(state.queue.remove(&hold.order_id, &worker).await?)
    };
    until_done("a hold can't be ended yet", publish).instrument(span).await;
}

/// Schedules every hold in JetStream that has not ended.
async fn restore(state: &AppState) -> Result<(), Failed> {
    let Some(newest) = state.broker.newest_event().await? else { return Ok(()) };
    let ended: Vec<ExpirationComplete> = state.broker.replay(newest - REPLAY).await?;
    let ended: HashSet<_> = ended.into_iter().map(|event| event.order_id).collect();
    let mut orders: Vec<OrderCreated> = state.broker.replay(newest - REPLAY).await?;
    orders.retain(|order| !ended.contains(&order.id));
    for batch in orders.chunks(BATCH) {
        let holds: Vec<_> = batch.iter().map(|order| Hold::new(order, state.grace)).collect();
        state.queue.schedule(&holds, state.clock.now()).await?;
    }
    tracing::info!(holds = orders.len(), "all holds that have not ended are scheduled");
    Ok(())
}

/// Repeats an operation until it succeeds. Only its first failure is logged.
async fn until_done<F: Future<Output = Result<(), Failed>>>(failure: &str, operation: impl Fn() -> F) {
    let Err(error) = operation().await else { return };
    tracing::warn!(error = chain(&*error), "{failure}, retrying");
    while operation().await.is_err() {
        sleep(RETRY).await;
    }
}
