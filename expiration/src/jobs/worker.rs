//! One life of a worker of apalis'.

use std::{sync::Arc, time::Duration};

use apalis::prelude::{BackendExt, Event, EventListenerExt, RandomId, WorkerBuilder, WorkerContext, WorkerError};
use futures::FutureExt;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{Failed, end::EndHolds, hold::JobCodec, pace::Pace, restore::restore};
use crate::AppState;

/// How often Redis is asked for what is due.
const POLL: Duration = Duration::from_millis(100);

/// Ends what is due until told to stop, which gives `Ok`, or until something
/// fails.
///
/// That Redis has been emptied is such a failure, as the worker finds itself
/// unknown there. Every life therefore restores what Redis may have lost, and
/// does so once the worker is known: from then on no emptying escapes it.
pub(super) async fn work(state: &AppState, stop: &CancellationToken) -> Result<(), Failed> {
    state.queue.hand_out(state.clock.now()).await?;
    // A name of its own: apalis refuses one whose last bearer it takes for alive.
    let worker = WorkerContext::new(&format!("{}-{}", crate::NAME, String::from(RandomId::default())));
    state.queue.sign_on(&worker).await?;
    let known = Arc::new(Notify::new());
    // Spawned, so that a panic ends this life and not the program's work.
    let mut life = tokio::spawn(live(state.clone(), worker.clone(), known.clone(), stop.clone()));
    let restored = known.notified().then(|()| restore(state));
    let ended = tokio::select! { ended = &mut life => ended, () = restored => life.await };
    let signed_off = state.queue.sign_off(&worker).await;
    ended??;
    Ok(signed_off?)
}

/// Runs the worker, and tells when Redis knows it.
async fn live(
    state: AppState,
    worker: WorkerContext,
    known: Arc<Notify>,
    stop: CancellationToken,
) -> Result<(), WorkerError> {
    WorkerBuilder::new(&worker)
        .backend(state.queue.storage().with_codec(JobCodec).poll_with_strategy(Pace::new(POLL)))
        // The first heartbeat is the registration.
        .on_event(move |_, event| {
            if matches!(event, Event::HeartBeat) {
                known.notify_one();
            }
        })
        .build(EndHolds::new(state, worker.clone(), stop.clone()))
        .run_until(stop.cancelled_owned().map(Ok::<_, WorkerError>))
        .await
}
