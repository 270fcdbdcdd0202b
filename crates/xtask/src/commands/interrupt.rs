//! Being told to stop.

use anyhow::Result;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Ctrl-C, SIGTERM, or a terminal that is closed.
pub(super) struct Interrupt {
    signals: [Signal; 3],
}

impl Interrupt {
    /// From now on these signals are ours to answer.
    pub(super) fn listen() -> Result<Self> {
        let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
        let [first, second, third] = kinds.map(signal);
        Ok(Self { signals: [first?, second?, third?] })
    }

    /// Waits for one of them.
    pub(super) async fn wait(&mut self) {
        let [first, second, third] = &mut self.signals;
        tokio::select! {
            _ = first.recv() => {}
            _ = second.recv() => {}
            _ = third.recv() => {}
        }
    }
}
