//! The first connection to a store, which may come up later than the program.

use std::{fmt::Display, sync::OnceLock, thread, time::Duration};

use tokio::{
    runtime::Builder,
    signal::unix::{SignalKind, signal},
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;

/// How long a store may take to be reached for the first time.
const LIMIT: Duration = Duration::from_secs(45);
/// The pause after the first failure; it doubles after each, up to the longest.
const SHORTEST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How a shell says that Ctrl-C ended a program.
const INTERRUPTED: i32 = 130;

/// A store could not be reached.
#[derive(Debug, thiserror::Error)]
#[error("{store}: {reason}")]
pub struct Unreachable {
    store: &'static str,
    reason: String,
}

impl Unreachable {
    pub(crate) fn new(store: &'static str, reason: impl Display) -> Self {
        Self { store, reason: reason.to_string() }
    }
}

/// Connects to a store, trying again with growing pauses for up to 45 seconds:
/// in a cluster a program often starts before its store, its name or its network
/// policy. Logs each change of the reason. SIGTERM and Ctrl-C end it at once.
pub async fn connected<T, E: Display>(
    store: &'static str,
    connect: impl AsyncFnMut() -> Result<T, E>,
) -> Result<T, Unreachable> {
    tokio::select! {
        connected = persevere(store, LIMIT, connect) => connected,
        () = shutdown_signal() => Err(Unreachable::new(store, "told to stop before it was reached")),
    }
}

async fn persevere<T, E: Display>(
    store: &'static str,
    limit: Duration,
    mut connect: impl AsyncFnMut() -> Result<T, E>,
) -> Result<T, Unreachable> {
    let (began, mut pause, mut last) = (Instant::now(), SHORTEST_PAUSE, None::<String>);
    loop {
        let reason = match connect().await {
            Ok(connection) => {
                if last.is_some() {
                    tracing::info!(store, after = ?began.elapsed(), "reached");
                }
                return Ok(connection);
            }
            Err(error) => error.to_string(),
        };
        if began.elapsed() + pause >= limit {
            return Err(Unreachable::new(store, reason));
        }
        if last.as_ref() != Some(&reason) {
            tracing::warn!(store, reason, "not reached yet, trying again for up to {} s", limit.as_secs());
        }
        last = Some(reason);
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Returns once the program has been told to stop, by SIGTERM or Ctrl-C, be it
/// before this call. A second Ctrl-C ends it at once.
pub async fn shutdown_signal() {
    static STOP: OnceLock<CancellationToken> = OnceLock::new();
    let stop = STOP.get_or_init(|| {
        let stop = CancellationToken::new();
        // In a thread of its own: it outlives whichever runtime asks first, so
        // that no signal falls between two who wait for one.
        let told = stop.clone();
        if let Err(error) = thread::Builder::new().name("signals".into()).spawn(move || watch_signals(&told)) {
            tracing::error!(%error, "signals can't be waited for");
        }
        stop
    });
    stop.cancelled().await;
}

fn watch_signals(told: &CancellationToken) {
    let runtime = match Builder::new_current_thread().enable_io().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!(%error, "signals can't be waited for");
            return;
        }
    };
    runtime.block_on(async {
        let Ok(mut terminate) = signal(SignalKind::terminate()) else { return };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        told.cancel();
        let _ = tokio::signal::ctrl_c().await;
        std::process::exit(INTERRUPTED);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_store_that_comes_up_later_is_reached() {
        let mut attempts = 0;
        let reached = connected("store", async || {
            attempts += 1;
            if attempts < 8 { Err("connection refused") } else { Ok(attempts) }
        });
        assert_eq!(reached.await.unwrap(), 8);
    }

    #[tokio::test(start_paused = true)]
    async fn a_store_that_never_comes_up_is_given_up_with_its_reason() {
        let began = Instant::now();
        let failed = connected("store", async || Err::<(), _>("connection refused")).await.unwrap_err();
        assert_eq!(failed.to_string(), "store: connection refused");
        assert!(began.elapsed() + 2 * LONGEST_PAUSE > LIMIT && began.elapsed() <= LIMIT, "{:?}", began.elapsed());
    }
}
