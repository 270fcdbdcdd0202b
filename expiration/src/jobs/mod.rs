//! One delayed job per order: kept in Redis, restored from JetStream, done by
//! a worker of apalis' that is started again whenever it ends.

mod end;
mod hold;
mod pace;
mod queue;
mod restore;
mod worker;

pub(crate) use hold::Hold;
pub(crate) use queue::Queue;

use std::{error::Error, time::Duration};

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::AppState;

/// The pause before a worker that has ended is started again.
const RESTART: Duration = Duration::from_millis(500);

type Failed = Box<dyn Error + Send + Sync>;

/// Ends holds until told to stop.
pub(crate) async fn run(state: AppState, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = worker::work(&state, &stop).await {
            tracing::warn!(%error, "ending holds is interrupted, starting again");
            tokio::select! { () = stop.cancelled() => {}, () = sleep(RESTART) => {} }
        }
    }
}
