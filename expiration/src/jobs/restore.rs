use std::{collections::HashSet, future::ready, sync::mpsc};

use chrono::{DateTime, TimeDelta, Utc};
use common::{
    error::chain,
    events::{Event, ExpirationComplete, OrderCreated},
    messaging::BrokerError,
};
use tokio::time::sleep;

use super::{Failed, Hold, RETRY};
use crate::AppState;

/// How far back from JetStream's newest event orders are replayed: longer than any hold.
/// By JetStream's clock, as this program's own may be wrong.
const REPLAY: TimeDelta = TimeDelta::days(1);
/// Jobs written by one script, during which Redis does nothing else.
const BATCH: usize = 500;

/// Schedules every hold in JetStream that has not ended, retrying until that succeeds.
pub(super) async fn restore(state: &AppState) {
    while let Err(error) = try_to_restore(state).await {
        tracing::warn!(error = chain(&*error), "holds can't be restored yet, retrying");
        sleep(RETRY).await;
    }
}

async fn try_to_restore(state: &AppState) -> Result<(), Failed> {
    let Some(newest) = state.broker.newest_event().await? else { return Ok(()) };
    let since = newest - REPLAY;
    let ended = replay::<ExpirationComplete>(state, since).await?;
    let ended: HashSet<_> = ended.into_iter().map(|event| event.order_id).collect();
    let orders = replay::<OrderCreated>(state, since).await?.into_iter().filter(|order| !ended.contains(&order.id));
    let holds: Vec<_> = orders.map(|order| Hold::new(&order, state.grace)).collect();
    for batch in holds.chunks(BATCH) {
        state.queue.schedule(batch, state.clock.now()).await?;
    }
    tracing::info!(holds = holds.len(), "all holds that have not ended are scheduled");
    Ok(())
}

async fn replay<E: Event>(state: &AppState, since: DateTime<Utc>) -> Result<Vec<E>, BrokerError> {
    let (sender, events) = mpsc::channel();
    let keep = |event| {
        _ = sender.send(event);
        ready(Ok(()))
    };
    state.broker.replay(since, keep).await?;
    Ok(events.try_iter().collect())
}
