//! The first connection to a store, which may start later than the program, and
//! the signals that stop a program.

use std::{error::Error, io, sync::OnceLock, thread, time::Duration};

use tokio::{
    runtime::Builder,
    signal::unix::{SignalKind, signal},
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;

use crate::error::chain;

/// How long the first connection to a store is retried.
const LIMIT: Duration = Duration::from_secs(45);
/// The pause after the first failure; it doubles after each, up to the longest.
const SHORTEST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// The exit code of a program that Ctrl-C ended, by the shells' convention.
const INTERRUPTED: i32 = 130;

/// A store could not be reached.
#[derive(Debug, thiserror::Error)]
#[error("{store} can't be reached")]
pub struct Unreachable {
    store: &'static str,
    source: Box<dyn Error + Send + Sync>,
}

impl Unreachable {
    pub(crate) fn new(store: &'static str, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { store, source: cause.into() }
    }
}

/// Connects to a store; retries with growing pauses for up to 45 seconds, as in a
/// cluster a program often starts before its store, the store's DNS name or its
/// network policy. Logs each new reason. SIGTERM and Ctrl-C end it at once.
pub async fn connect_with_retries<T, E: Into<Box<dyn Error + Send + Sync>>>(
    store: &'static str,
    connect: impl AsyncFnMut() -> Result<T, E>,
) -> Result<T, Unreachable> {
    tokio::select! {
        connected = retry(store, LIMIT, connect) => connected,
        () = shutdown_signal() => Err(Unreachable::new(store, "the program was stopped before it was reached")),
    }
}

async fn retry<T, E: Into<Box<dyn Error + Send + Sync>>>(
    store: &'static str,
    limit: Duration,
    mut connect: impl AsyncFnMut() -> Result<T, E>,
) -> Result<T, Unreachable> {
    let (began, mut pause, mut last) = (Instant::now(), SHORTEST_PAUSE, None::<String>);
    loop {
        let error = match connect().await {
            Ok(connection) => {
                if last.is_some() {
                    tracing::info!(store, after = ?began.elapsed(), "reached");
                }
                return Ok(connection);
            }
            Err(error) => error.into(),
        };
        let reason = chain(&*error);
        if began.elapsed() + pause >= limit {
            return Err(Unreachable::new(store, error));
        }
        if last.as_ref() != Some(&reason) {
            tracing::warn!(store, reason, "not reached yet, retrying for up to {} s", limit.as_secs());
        }
        last = Some(reason);
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Returns once the program has received SIGTERM or Ctrl-C, even before this call.
/// A second Ctrl-C ends the program at once, with exit code 130.
pub async fn shutdown_signal() {
    static STOP: OnceLock<CancellationToken> = OnceLock::new();
    let stop = STOP.get_or_init(|| {
        let stop = CancellationToken::new();
        // In a thread of its own, which outlives the runtime of the first caller: no
        // signal is lost between two callers.
        let received = stop.clone();
        let watching = thread::Builder::new().name("signals".into()).spawn(move || {
            let ended = watch_signals(&received);
            tracing::error!(?ended, "signals can't be waited for");
        });
        if let Err(error) = watching {
            tracing::error!(%error, "signals can't be waited for");
        }
        stop
    });
    stop.cancelled().await;
}

/// Cancels `received` at the first signal, and exits at a Ctrl-C after that.
fn watch_signals(received: &CancellationToken) -> io::Result<()> {
    Builder::new_current_thread().enable_io().build()?.block_on(async {
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            _ = terminate.recv() => {}
            interrupt = tokio::signal::ctrl_c() => interrupt?,
        }
        received.cancel();
        tokio::signal::ctrl_c().await?;
        std::process::exit(INTERRUPTED)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_store_that_starts_later_is_reached() {
        let mut attempts = 0;
        let reached = connect_with_retries("store", async || {
            attempts += 1;
            if attempts < 8 { Err("connection refused") } else { Ok(attempts) }
        });
        assert_eq!(reached.await.unwrap(), 8);
    }

    #[tokio::test(start_paused = true)]
    async fn connecting_fails_with_the_reason_after_45_seconds() {
        let began = Instant::now();
        let failed = connect_with_retries("store", async || Err::<(), _>("connection refused")).await.unwrap_err();
        assert_eq!(chain(&failed), "store can't be reached: connection refused");
        assert!(began.elapsed() + 2 * LONGEST_PAUSE > LIMIT && began.elapsed() <= LIMIT, "{:?}", began.elapsed());
    }
}
