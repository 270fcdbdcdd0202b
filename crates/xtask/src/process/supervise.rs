//! Supervises one program: restarts it if it may, ends it on demand.

use std::process::ExitStatus;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, Command};
use tokio::sync::{oneshot, watch};
use tokio::time::{sleep, timeout};

use super::{Program, Restart, State};
use crate::report::Report;

/// After so many failures in a row the advice is printed.
const MANY: u32 = 3;

/// What supervising needs.
#[derive(Clone, Debug)]
pub(super) struct Supervisor {
    pub(super) program: Arc<Program>,
    pub(super) restart: Restart,
    pub(super) report: Report,
    pub(super) state: Arc<watch::Sender<State>>,
}

impl Supervisor {
    pub(super) fn spawn(&self) -> Result<Child> {
        let child = self.program.spawn(&self.report)?;
        if let Some(pid) = child.id() {
            self.state.send_replace(State::Running(pid));
        }
        Ok(child)
    }

    /// Runs until `stop` names a limit or is dropped, or until the program ends if
    /// it is not to be restarted.
    pub(super) async fn run(self, mut child: Child, mut stop: oneshot::Receiver<Duration>) {
        let mut delay = Delay::default();
        loop {
            let (group, began) = (child.id(), Instant::now());
            let status = tokio::select! {
                status = child.wait() => status.ok(),
                limit = &mut stop => {
                    let status = end(&mut child, limit.unwrap_or_default()).await;
                    self.state.send_replace(State::Down(status));
                    return;
                }
            };
            // What the program started must not outlive it.
            signal_group(group, Signal::KILL);
            self.state.send_replace(State::Down(status));
            let how = status.map_or_else(|| "gone".to_owned(), |status| status.to_string());
            if self.restart == Restart::Never {
                self.say(format!("stopped by itself ({how}); it stays down"));
                return;
            }
            tokio::select! {
                again = self.spawn_again(&mut delay, began.elapsed(), &how) => child = again,
                _ = &mut stop => return,
            }
        }
    }

    async fn spawn_again(&self, delay: &mut Delay, lived: Duration, how: &str) -> Child {
        let mut pause = delay.after(lived);
        self.say(format!("stopped by itself ({how}); starting it again in {} s", pause.as_secs_f32()));
        if delay.deaths >= MANY {
            let (deaths, Program { advice, log, .. }) = (delay.deaths, &*self.program);
            self.say(format!("stopped {deaths} times in a row. {advice}Its log is {}", log.display()));
        }
        loop {
            sleep(pause).await;
            match self.spawn() {
                Ok(child) => return child,
                Err(error) => self.say(format!("{error:#}")),
            }
            pause = delay.after(Duration::ZERO);
        }
    }

    fn say(&self, line: String) {
        self.report.problem(&self.program.name, line);
    }
}

/// Sends SIGTERM, and SIGKILL after the limit; then to the whole group.
async fn end(child: &mut Child, limit: Duration) -> Option<ExitStatus> {
    let group = child.id();
    if !limit.is_zero() {
        signal_group(group, Signal::TERM);
    }
    let status = if let Ok(status) = timeout(limit, child.wait()).await {
        status
    } else {
        signal_group(group, Signal::KILL);
        child.wait().await
    };
    signal_group(group, Signal::KILL);
    status.ok()
}

/// Runs a command in the foreground, in a process group of its own that is killed when
/// this call is dropped, and gives its exit code; 1 if a signal ended it.
pub(crate) async fn foreground(command: &mut Command) -> Result<u8> {
    let name = command.as_std().get_program().display().to_string();
    let mut child = command.process_group(0).spawn().with_context(|| format!("cannot run {name}"))?;
    let _group = Group(child.id());
    let status = child.wait().await?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}

/// A process group, by its leader, all of which is killed when this is dropped.
struct Group(Option<u32>);

impl Drop for Group {
    fn drop(&mut self) {
        signal_group(self.0, Signal::KILL);
    }
}

/// Signals a program and everything that it has started, if they still run.
pub(super) fn signal_group(pid: Option<u32>, signal: Signal) {
    let group = pid.and_then(|pid| i32::try_from(pid).ok()).and_then(Pid::from_raw);
    if let Some(group) = group {
        let _ = kill_process_group(group, signal);
    }
}

/// The pause before a restart: from half a second, doubled up to half a minute. A
/// program that has run for a minute starts over.
#[derive(Default)]
struct Delay {
    deaths: u32,
}

impl Delay {
    fn after(&mut self, lived: Duration) -> Duration {
        if lived > Duration::from_mins(1) {
            self.deaths = 0;
        }
        let delay = Duration::from_millis(500) * 2_u32.pow(self.deaths.min(6));
        self.deaths += 1;
        delay.min(Duration::from_secs(30))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_doubles_and_starts_over_after_a_minute_up() {
        let mut delay = Delay::default();
        let delays: Vec<_> = (0..8).map(|_| delay.after(Duration::ZERO).as_millis()).collect();
        assert_eq!(delays, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
        assert_eq!(delay.after(Duration::from_secs(61)).as_millis(), 500);
    }
}
