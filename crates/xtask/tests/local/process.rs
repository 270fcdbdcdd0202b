use std::time::Duration;

use tempfile::TempDir;
use xtask::env::find_program;
use xtask::process::{Process, Program, Restart, Signal, State};
use xtask::report::Report;

use crate::eventually;

const TIME_LIMIT: Duration = Duration::from_secs(20);

struct Shell {
    folder: TempDir,
    process: Process,
    report: Report,
}

impl Shell {
    async fn start(script: &str, restart: Restart) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("logs/sh.log");
        let program = Program::new("sh", find_program("sh").unwrap(), log).args(["-c", script]);
        let (program, report) = (Program { advice: "Mend the shell. ".to_owned(), ..program }, Report::kept());
        let process = Process::start(program, restart, &report).await.unwrap();
        Self { folder, process, report }
    }

    async fn is_reported(&self, what: &str) {
        eventually(what, async || self.report.lines().iter().any(|line| line.contains(what))).await;
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("logs/sh.log")).unwrap()
    }

    async fn says(&self, line: &str) {
        eventually(line, async || self.log().lines().any(|logged| logged == line)).await;
    }
}

fn exists(pid: &str) -> bool {
    let state = if cfg!(target_os = "linux") {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        stat.rsplit_once(')').map(|(_, rest)| rest.to_owned()).unwrap_or_default()
    } else {
        let ps = std::process::Command::new("ps").args(["-o", "stat=", "-p", pid]).output().unwrap();
        String::from_utf8(ps.stdout).unwrap()
    };
    // A zombie has ended; only its status has not been read yet.
    !matches!(state.trim_start().chars().next(), None | Some('Z'))
}

#[tokio::test]
async fn sigterm_lets_a_program_end_by_itself() {
    let mut shell =
        Shell::start("trap 'echo bye; exit 7' TERM; echo up; while :; do sleep 0.01; done", Restart::Never).await;
    shell.says("up").await;
    let status = shell.process.stop(TIME_LIMIT).await.unwrap();
    assert_eq!(status.code(), Some(7));
    shell.says("bye").await;
}

#[tokio::test]
async fn a_program_that_ignores_sigterm_is_killed_with_everything_that_it_started() {
    let mut shell = Shell::start("trap '' TERM; sleep 1000 & echo $!; echo up; wait", Restart::Never).await;
    shell.says("up").await;
    let child = shell.log().lines().next().unwrap().to_owned();
    assert!(exists(&child));
    let status = shell.process.stop(Duration::from_millis(50)).await.unwrap();
    assert_eq!(status.code(), None);
    eventually("its child is gone", async || !exists(&child)).await;
}

#[tokio::test]
async fn a_program_that_ends_is_restarted() {
    let shell = Shell::start("echo up; exec sleep 1000", Restart::Always).await;
    shell.says("up").await;
    let first = shell.process.pid().unwrap();
    shell.process.signal(Signal::KILL);
    let again = shell.process.reaches(|state| matches!(state, State::Running(pid) if *pid != first)).await;
    again.unwrap();
    eventually("two runs in one log", async || shell.log().matches("up").count() == 2).await;
}

#[tokio::test]
async fn a_program_that_may_not_be_restarted_stays_down_and_is_reported() {
    let shell = Shell::start("echo up; exec sleep 1000", Restart::Never).await;
    shell.says("up").await;
    shell.process.signal(Signal::KILL);
    shell.is_reported("stopped by itself (signal: 9 (SIGKILL)); it stays down").await;
    assert!(matches!(shell.process.state(), State::Down(Some(_))));
}

#[tokio::test]
async fn a_program_that_keeps_ending_is_reported_with_advice_and_restarted() {
    let shell = Shell::start("echo up; exit 3", Restart::Always).await;
    shell.is_reported("stopped 3 times in a row. Mend the shell. Its log is ").await;
    eventually("a fourth run", async || shell.log().matches("up").count() == 4).await;
}

#[tokio::test]
async fn a_killed_program_stays_down_until_it_is_resumed() {
    let mut shell = Shell::start("echo up; exec sleep 1000", Restart::Always).await;
    shell.process.kill().await;
    assert!(matches!(shell.process.state(), State::Down(Some(_))));
    shell.process.resume().await.unwrap();
    assert!(shell.process.pid().is_some());
}

#[tokio::test]
async fn dropping_a_process_kills_it() {
    let shell = Shell::start("echo up; exec sleep 1000", Restart::Always).await;
    let pid = shell.process.pid().unwrap().to_string();
    drop(shell);
    eventually("it is gone", async || !exists(&pid)).await;
}

#[tokio::test]
async fn a_missing_program_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::new("ghost", folder.path().join("ghost"), folder.path().join("ghost.log"));
    let error = Process::start(program, Restart::Never, &Report::silent()).await.unwrap_err().to_string();
    assert!(error.contains("there is no program"), "{error}");
}
