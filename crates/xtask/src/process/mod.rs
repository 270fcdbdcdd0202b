//! A supervised child process, which leaves no processes behind.

mod logs;
mod program;
mod supervise;

use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

pub use program::Program;
pub use rustix::process::Signal;

use crate::report::Report;
pub(crate) use supervise::foreground;
use supervise::{Supervisor, signal_group};

/// What happens when a program ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restart {
    /// It stays down.
    Never,
    /// It is started again, after a delay that grows.
    Always,
}

/// Whether a program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// With this process id, which is its group's as well.
    Running(u32),
    /// It has ended; how, if that is known.
    Down(Option<ExitStatus>),
}

/// A program that runs, or can be started again with the same settings.
/// Dropping it kills the program at once.
#[derive(Debug)]
pub struct Process {
    supervisor: Supervisor,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    stop: oneshot::Sender<Duration>,
    task: JoinHandle<()>,
}

impl Process {
    /// Starts the program with an empty log.
    pub async fn start(program: Program, restart: Restart, report: &Report) -> Result<Self> {
        logs::create(&program.log)?;
        let state = Arc::new(watch::Sender::new(State::Down(None)));
        let supervisor = Supervisor { program: Arc::new(program), restart, report: report.clone(), state };
        let mut process = Self { supervisor, running: None };
        process.resume().await?;
        Ok(process)
    }

    /// Starts it again after [`stop`](Self::stop), [`kill`](Self::kill) or its own end.
    pub async fn resume(&mut self) -> Result<()> {
        if self.pid().is_some() {
            return Ok(());
        }
        // A supervisor may still be waiting to restart it.
        self.kill().await;
        let child = self.supervisor.spawn()?;
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(self.supervisor.clone().run(child, stopped));
        self.running = Some(Running { stop, task });
        Ok(())
    }

    /// Sends SIGTERM, and SIGKILL after the limit; no restart follows.
    /// Gives how the program ended.
    pub async fn stop(&mut self, limit: Duration) -> Option<ExitStatus> {
        if let Some(Running { stop, task }) = self.running.take() {
            // Fails if the supervisor has ended already.
            let _ = stop.send(limit);
            let _ = task.await;
        }
        match self.state() {
            State::Down(status) => status,
            State::Running(_) => None,
        }
    }

    /// SIGKILL; no restart follows.
    pub async fn kill(&mut self) {
        self.stop(Duration::ZERO).await;
    }

    /// Sends a signal to its group. A program that ends by it is restarted, if it may
    /// be.
    pub fn signal(&self, signal: Signal) {
        signal_group(self.pid(), signal);
    }

    /// Whether it runs now.
    #[must_use]
    pub fn state(&self) -> State {
        *self.supervisor.state.borrow()
    }

    /// Every change of state from now on, restarts included.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<State> {
        self.supervisor.state.subscribe()
    }

    /// Waits for a state.
    pub async fn reaches(&self, wished: impl FnMut(&State) -> bool) -> Result<State> {
        let mut changes = self.changes();
        let state = changes.wait_for(wished).await.context("its supervisor has ended")?;
        Ok(*state)
    }

    /// The process id while it runs.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        match self.state() {
            State::Running(pid) => Some(pid),
            State::Down(_) => None,
        }
    }

    /// How it ended, if it does not run.
    #[must_use]
    pub fn death(&self) -> Option<String> {
        match self.state() {
            State::Running(_) => None,
            State::Down(status) => Some(status.map_or_else(|| "not started".to_owned(), |status| status.to_string())),
        }
    }

    /// What it is.
    #[must_use]
    pub fn program(&self) -> &Program {
        &self.supervisor.program
    }

    /// The last lines of its log, for an error message.
    #[must_use]
    pub fn log_tail(&self, lines: usize) -> String {
        logs::tail(&self.program().log, lines)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(Running { task, .. }) = self.running.take() {
            self.signal(Signal::KILL);
            task.abort();
        }
    }
}
