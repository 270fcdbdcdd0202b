//! What to run.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::LazyLock;

use anyhow::{Context, Result, ensure};
use tokio::process::{Child, Command};

use super::logs;
use crate::env;
use crate::report::Report;

/// A program with its arguments, its environment and its log.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// The name that the terminal shows.
    pub name: String,
    /// The file to run.
    pub path: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// Set on top of xtask's own environment, without the services' variables.
    pub env: Vec<(String, String)>,
    /// The file that its output goes to.
    pub log: PathBuf,
    /// Whether it gets SIGTERM rather than SIGKILL when xtask itself is killed.
    pub ends_in_order: bool,
    /// What to do if it does not stay up.
    pub advice: String,
}

impl Program {
    /// A program without arguments.
    #[must_use]
    pub fn new(name: &str, path: PathBuf, log: PathBuf) -> Self {
        Self { name: name.to_owned(), path, log, ..Self::default() }
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: Into<OsString>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Adds variables; of two with one name the later counts.
    #[must_use]
    pub fn env(mut self, env: impl IntoIterator<Item = (String, String)>) -> Self {
        self.env.extend(env);
        self
    }

    /// Starts it, its output going to its log.
    pub(super) fn spawn(&self, report: &Report) -> Result<Child> {
        let Self { name, path, .. } = self;
        ensure!(path.is_file(), "{name}: there is no program {}", path.display());
        let (reader, writer) = std::io::pipe()?;
        let mut command = self.command();
        command.stdout(Stdio::from(writer.try_clone()?)).stderr(Stdio::from(writer)).stdin(Stdio::null());
        logs::keep(self, reader, report)?;
        command.spawn().with_context(|| format!("{name} ({}) does not start", path.display()))
    }

    fn command(&self) -> Command {
        let mut command = dying_with_its_parent(self);
        command.args(&self.args);
        for name in env::SERVICE_VARIABLES {
            command.env_remove(name);
        }
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        // In a process group of its own: the terminal's Ctrl-C is for xtask, which
        // stops programs in order, and signals reach what the program has started.
        command.process_group(0).kill_on_drop(true);
        command
    }
}

/// Where the system has `setpriv` (any Linux), the kernel ends the program when the
/// thread that started it ends, so also when xtask is killed. Threads of tokio's
/// runtime end with the runtime. Elsewhere (macOS) a program outlives an xtask that
/// SIGKILL has ended.
fn dying_with_its_parent(program: &Program) -> Command {
    static SETPRIV: LazyLock<Option<PathBuf>> = LazyLock::new(|| {
        let setpriv = env::find_program("setpriv")?;
        let probe = std::process::Command::new(&setpriv).args(["--pdeathsig", "KILL", "true"]).output().ok()?;
        probe.status.success().then_some(setpriv)
    });
    let Some(setpriv) = SETPRIV.as_ref() else { return Command::new(&program.path) };
    let mut command = Command::new(setpriv);
    command.args(["--pdeathsig", if program.ends_in_order { "TERM" } else { "KILL" }]).arg(&program.path);
    command
}
