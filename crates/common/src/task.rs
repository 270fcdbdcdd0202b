//! Work that goes on to its end once it has begun.
//!
//! A future that waits for a connection of the MongoDB driver must not be
//! dropped: the pool hands connections out in turns, one that nobody waits for
//! any more uses up a turn, and only a tick of half a second goes on from there
//! (driver 3.9.1, `cmap/worker.rs`). A hundred clients that hang up would keep
//! the others waiting for many seconds. So whatever may be given up by its
//! caller runs in a task of its own, which nobody gives up.

use std::time::Duration;

use tokio::time::timeout;
use tracing::Instrument;

/// How long work may go on that nobody waits for. It bounds what hangs for ever;
/// one turn of the pool in five minutes is no loss.
const ABANDON: Duration = Duration::from_mins(5);

/// Why work has no outcome yet, or will have none.
#[derive(Debug, thiserror::Error)]
pub enum Unfinished {
    /// It takes longer than its caller waits, and goes on.
    #[error("it takes longer than {0:?}")]
    Overdue(Duration),
    /// It has panicked.
    #[error("it panicked")]
    Panicked(Box<dyn std::any::Any + Send>),
}

/// Runs `work` in a task of its own and waits up to `limit` for its outcome.
/// The work goes on though the limit is over or the caller is dropped, for five
/// minutes at most.
pub async fn run_to_completion<F>(limit: Duration, work: F) -> Result<F::Output, Unfinished>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    let running = tokio::spawn(timeout(ABANDON, work.in_current_span()));
    match timeout(limit, running).await {
        Ok(Ok(Ok(outcome))) => Ok(outcome),
        Ok(Ok(Err(_))) => Err(Unfinished::Overdue(ABANDON)),
        Ok(Err(ended)) => Err(Unfinished::Panicked(ended.try_into_panic().unwrap_or_else(|ended| Box::new(ended)))),
        Err(_) => Err(Unfinished::Overdue(limit)),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::sync::Notify;

    use super::*;

    #[tokio::test]
    async fn work_goes_on_though_its_caller_has_given_it_up() {
        let (go, done) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let work = |go: Arc<Notify>, done: Arc<Notify>| async move {
            go.notified().await;
            done.notify_one();
        };
        let overdue = run_to_completion(Duration::ZERO, work(go.clone(), done.clone())).await;
        assert!(matches!(overdue, Err(Unfinished::Overdue(_))));
        go.notify_one();
        done.notified().await;

        let caller = tokio::spawn(run_to_completion(Duration::MAX, work(go.clone(), done.clone())));
        tokio::task::yield_now().await;
        caller.abort();
        assert!(caller.await.unwrap_err().is_cancelled());
        go.notify_one();
        done.notified().await;
    }

    #[tokio::test]
    async fn a_panic_is_told() {
        let ended = run_to_completion(Duration::MAX, async { panic!("on purpose") }).await;
        assert!(matches!(ended, Err(Unfinished::Panicked(_))));
    }
}
