use anyhow::Result;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Ctrl-C, SIGTERM, or a terminal that is closed (SIGHUP).
pub struct Interrupt([Signal; 3]);

impl Interrupt {
    /// Handles these signals from now on. Fails if the system refuses.
    pub fn listen() -> Result<Self> {
        let [first, second, third] = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
        Ok(Self([signal(first)?, signal(second)?, signal(third)?]))
    }

    /// Waits for one of them.
    pub async fn wait(&mut self) {
        let [first, second, third] = &mut self.0;
        tokio::select! {
            _ = first.recv() => {}
            _ = second.recv() => {}
            _ = third.recv() => {}
        }
    }
}
