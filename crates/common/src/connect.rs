//! The first connection to a store, which may come up later than the program.

use std::{fmt::Display, time::Duration};

use tokio::{
    signal::unix::{SignalKind, signal},
    time::{Instant, sleep},
};

/// How long a store may take to be reached for the first time.
const LIMIT: Duration = Duration::from_secs(45);
/// The pause after the first failure; it doubles after each, up to the longest.
const SHORTEST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

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
        () = told_to_stop() => Err(Unreachable::new(store, "told to stop before it was reached")),
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

/// Returns once the program is told to stop, by SIGTERM or Ctrl-C.
pub(crate) async fn told_to_stop() {
    let terminate = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = terminate => {}
        _ = tokio::signal::ctrl_c() => {}
    }
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
