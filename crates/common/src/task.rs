//! Work that is finished once it has begun.
//!
//! A future that waits for a connection of the MongoDB driver must not be
//! dropped: the pool serves waiters in order, a dropped waiter still takes a turn,
//! and the pool goes on only at its next tick, half a second later (driver 3.9.1,
//! `cmap/worker.rs`). A hundred disconnected clients would delay the others by many
//! seconds. So work whose caller may be dropped runs in a task of its own.

use std::time::Duration;

use tokio::time::timeout;
use tracing::Instrument;

/// How long work may run after its caller has stopped waiting: work that hangs is
/// cancelled in the end.
const LONGEST: Duration = Duration::from_mins(5);

/// Why work has no result.
#[derive(Debug, thiserror::Error)]
pub enum Unfinished {
    /// It takes longer than its caller waits, and continues.
    #[error("it takes longer than {0:?}")]
    Overdue(Duration),
    /// It has panicked.
    #[error("it panicked")]
    Panicked(Box<dyn std::any::Any + Send>),
}

/// Runs `work` in a task of its own and waits up to `limit` for its result. The work
/// continues after the limit and when the caller is dropped, for five minutes at most.
pub async fn run_to_completion<F>(limit: Duration, work: F) -> Result<F::Output, Unfinished>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    let running = tokio::spawn(timeout(LONGEST, work.in_current_span()));
    match timeout(limit, running).await {
        Ok(Ok(Ok(outcome))) => Ok(outcome),
        Ok(Ok(Err(_))) => Err(Unfinished::Overdue(LONGEST)),
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
    async fn work_continues_after_its_caller_stopped_waiting() {
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
    async fn a_panic_is_returned_as_an_error() {
        let ended = run_to_completion(Duration::MAX, async { panic!("on purpose") }).await;
        assert!(matches!(ended, Err(Unfinished::Panicked(_))));
    }
}
