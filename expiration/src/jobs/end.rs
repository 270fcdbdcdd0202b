use apalis::prelude::{Data, TaskId, WorkerContext};
use common::{error::chain, events::ExpirationComplete, messaging::Publisher, telemetry};
use tokio::time::sleep;
use tracing::Instrument;

use super::{Failed, Hold, RETRY};
use crate::AppState;

/// Ends a hold, retrying until that succeeds. The hold of an unreadable job is ended at once,
/// as payments checks the order's time itself.
pub(super) async fn end(hold: Option<Hold>, id: TaskId, worker: WorkerContext, state: Data<AppState>) {
    let now = state.clock.now();
    let Some(hold) = hold.or_else(|| Hold::unreadable(&id, now)) else { return };
    let span = tracing::info_span!("hold", order = %hold.order_id);
    telemetry::continue_trace(&span, hold.traceparent.as_deref());
    async {
        // apalis hands a job out at the start of its second.
        sleep((hold.ends_at - now).to_std().unwrap_or_default()).await;
        let Err(error) = try_to_end(&hold, &worker, &state).await else { return };
        tracing::warn!(error = chain(&*error), "a hold can't be ended yet, retrying");
        while try_to_end(&hold, &worker, &state).await.is_err() {
            sleep(RETRY).await;
        }
    }
    .instrument(span)
    .await;
}

/// Publishes, then removes the job: a crash between the two only publishes a duplicate.
async fn try_to_end(hold: &Hold, worker: &WorkerContext, state: &AppState) -> Result<(), Failed> {
    state.broker.publish(&ExpirationComplete { order_id: hold.order_id.clone() }).await?;
    Ok(state.queue.remove(&hold.order_id, worker).await?)
}
