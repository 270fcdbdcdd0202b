//! Scheduling anew what Redis has lost.

use std::{
    collections::HashSet,
    future::ready,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use common::events::{Event, ExpirationComplete, OrderCreated};
use tokio::time::sleep;

use super::{Failed, Hold, queue::SLICE};
use crate::AppState;

/// How far back orders are looked for, from the newest event on: longer than any
/// hold. By the broker's clock: this program's own may be wrong.
const REPLAY: TimeDelta = TimeDelta::days(1);
/// The pause before a replay that failed is tried again.
const PAUSE: Duration = Duration::from_millis(500);

/// Schedules every hold that JetStream knows of and that has not ended yet,
/// however often it takes.
pub(super) async fn restore(state: &AppState) {
    while let Err(error) = try_to_restore(state).await {
        tracing::warn!(%error, "holds can't be restored yet, trying again");
        sleep(PAUSE).await;
    }
}

async fn try_to_restore(state: &AppState) -> Result<(), Failed> {
    let Some(newest) = state.broker.newest_event().await? else { return Ok(()) };
    let since = newest - REPLAY;
    let ended = replay::<ExpirationComplete>(state, since).await?;
    let ended: HashSet<_> = ended.into_iter().map(|event| event.order_id).collect();
    let orders = replay::<OrderCreated>(state, since).await?.into_iter().filter(|order| !ended.contains(&order.id));
    let holds: Vec<_> = orders.map(|order| Hold::new(&order, state.grace)).collect();
    for slice in holds.chunks(SLICE) {
        state.queue.schedule(slice).await?;
        // Most may be due, and too many for apalis.
        state.queue.hand_out(state.clock.now()).await?;
    }
    tracing::info!(holds = holds.len(), "the holds that have not ended are scheduled");
    Ok(())
}

async fn replay<E: Event>(state: &AppState, since: DateTime<Utc>) -> Result<Vec<E>, Failed> {
    let events = Mutex::new(Vec::new());
    let keep = |event| {
        events.lock().unwrap_or_else(PoisonError::into_inner).push(event);
        ready(Ok(()))
    };
    state.broker.replay(since, keep).await?;
    Ok(events.into_inner().unwrap_or_else(PoisonError::into_inner))
}
