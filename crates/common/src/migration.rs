//! Changes to stored documents that a release makes in the background.

use std::time::Duration;

use mongodb::error::Error;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::error::chain;

/// The pauses before the two runs after a start. The second run follows the end of a
/// roll-out, during which older replicas still write what they know.
const RUNS: [Duration; 2] = [Duration::ZERO, Duration::from_mins(10)];
/// The pause before a failed run is retried.
const PAUSE: Duration = Duration::from_secs(5);

/// Runs a change that returns the number of changed documents, in the background until
/// `stop` is cancelled: at once and after a roll-out, each until it succeeds. `done` says
/// in the log what was changed. The change stops between two calls to the database once the
/// token that it gets is cancelled, as a call must not be dropped.
pub async fn migrate<F>(done: &'static str, stop: CancellationToken, mut change: impl FnMut(CancellationToken) -> F)
where
    F: Future<Output = Result<u64, Error>>,
{
    for wait in RUNS {
        let _ = stop.run_until_cancelled(sleep(wait)).await;
        while !stop.is_cancelled() {
            match change(stop.clone()).await {
                Ok(0) => break,
                Ok(documents) => {
                    tracing::info!(documents, "{done}");
                    break;
                }
                Err(error) => tracing::warn!(error = chain(&error), "not all {done} yet, trying again"),
            }
            let _ = stop.run_until_cancelled(sleep(PAUSE)).await;
        }
    }
    stop.cancelled().await;
}
