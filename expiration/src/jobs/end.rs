//! What is done when a hold is due.

use std::{
    convert::Infallible,
    sync::Arc,
    task::{Context, Poll, ready as poll_ready},
    time::Duration,
};

use apalis::prelude::{Task, WorkerContext};
use common::{error::chain, events::ExpirationComplete, messaging::Publisher, telemetry};
use futures::{
    FutureExt,
    future::{BoxFuture, ready},
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::sleep,
};
use tokio_util::sync::{CancellationToken, PollSemaphore};
use tower::Service;
use tracing::Instrument;

use super::{Failed, Hold, hold::Job};
use crate::AppState;

/// Holds that a worker ends at the same time: each may wait out the rest of its
/// second, or for NATS to come back.
const CONCURRENCY: usize = 512;
/// The pause before a hold that could not be ended is tried again.
const PAUSE: Duration = Duration::from_millis(500);

/// Ends holds, a limited number at the same time.
pub(super) struct EndHolds {
    desk: Arc<Desk>,
    places: PollSemaphore,
    place: Option<OwnedSemaphorePermit>,
}

impl EndHolds {
    /// Ends the holds that `worker` takes; what can't be ended before `stop` is
    /// left in its hands.
    pub(super) fn new(state: AppState, worker: WorkerContext, stop: CancellationToken) -> Self {
        let places = PollSemaphore::new(Arc::new(Semaphore::new(CONCURRENCY)));
        Self { desk: Arc::new(Desk { state, worker, stop }), places, place: None }
    }
}

impl Service<Task<Job>> for EndHolds {
    type Response = ();
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<(), Infallible>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        if self.place.is_none() {
            self.place = poll_ready!(self.places.poll_acquire(cx));
        }
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, task: Task<Job>) -> Self::Future {
        let (desk, place) = (self.desk.clone(), self.place.take());
        let Some(hold) = desk.hold(task) else { return ready(Ok(())).boxed() };
        let span = tracing::info_span!("hold", order = %hold.order_id);
        telemetry::continue_trace(&span, hold.traceparent.as_deref());
        async move {
            desk.end(hold).await;
            drop(place);
            Ok(())
        }
        .instrument(span)
        .boxed()
    }
}

struct Desk {
    state: AppState,
    worker: WorkerContext,
    stop: CancellationToken,
}

impl Desk {
    /// A job's hold. Of one that can't be read the id still tells the order: it is
    /// ended at once, as payments looks at the order's time itself.
    fn hold(&self, task: Task<Job>) -> Option<Hold> {
        let id = task.task_id().map(ToString::to_string).unwrap_or_default();
        if task.args.0.is_some() {
            return task.args.0;
        }
        tracing::error!(job = id, "a job can't be read; the hold of its order ends by the order's own time");
        let order_id = id.parse().ok()?;
        Some(Hold { order_id, ends_at: self.state.clock.now(), traceparent: None })
    }

    /// Ends a hold, however often it takes.
    async fn end(&self, hold: Hold) {
        // apalis hands out at the start of the second.
        let early = (hold.ends_at - self.state.clock.now()).to_std().unwrap_or_default();
        let mut goes_on = self.waited(early).await;
        let mut failing = false;
        while goes_on {
            let Err(error) = self.try_to_end(&hold).await else { return };
            if !failing {
                tracing::warn!(error = chain(&*error), "a hold can't be ended yet, trying again");
            }
            failing = true;
            goes_on = self.waited(PAUSE).await;
        }
    }

    /// Publishes, and only then removes the job: a crash between the two makes
    /// it publish again, which changes nothing.
    async fn try_to_end(&self, hold: &Hold) -> Result<(), Failed> {
        self.state.broker.publish(&ExpirationComplete { order_id: hold.order_id.clone() }).await?;
        self.state.queue.forget(&hold.order_id, &self.worker).await?;
        tracing::debug!("a hold has ended");
        Ok(())
    }

    /// Waits; `false` if it was told to stop meanwhile.
    async fn waited(&self, time: Duration) -> bool {
        tokio::select! {
            biased;
            () = self.stop.cancelled() => false,
            () = sleep(time) => true,
        }
    }
}
