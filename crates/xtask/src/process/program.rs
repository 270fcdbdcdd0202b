//! What to run.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::LazyLock;

use tokio::process::Command;

use crate::env;

/// A program with its arguments, its environment and its log.
#[derive(Clone, Debug)]
pub struct Program {
    /// The name that the terminal shows.
    pub name: String,
    /// The file to run.
    pub path: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// Set on top of what xtask itself has, less the services' variables.
    pub env: Vec<(String, String)>,
    /// Where all that it prints goes.
    pub log: PathBuf,
    /// Whether it gets SIGTERM rather than SIGKILL when xtask itself is killed.
    pub ends_in_order: bool,
    /// What its user should know if it does not stay up.
    pub advice: String,
}

impl Program {
    /// A program without arguments.
    #[must_use]
    pub fn new(name: &str, path: PathBuf, log: PathBuf) -> Self {
        Self {
            name: name.to_owned(),
            path,
            args: Vec::new(),
            env: Vec::new(),
            log,
            ends_in_order: false,
            advice: String::new(),
        }
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: Into<OsString>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Adds to the environment; the last word on a name counts.
    #[must_use]
    pub fn env(mut self, env: impl IntoIterator<Item = (String, String)>) -> Self {
        self.env.extend(env);
        self
    }

    /// To be told, not killed, when xtask dies: it has writes to save, and can be
    /// relied on to end.
    #[must_use]
    pub fn ends_in_order(mut self) -> Self {
        self.ends_in_order = true;
        self
    }

    /// Adds what its user should know if it does not stay up.
    #[must_use]
    pub fn advice(mut self, advice: String) -> Self {
        self.advice = advice;
        self
    }

    pub(super) fn command(&self) -> Command {
        let mut command = dying_with_its_parent(self);
        command.args(&self.args);
        for name in env::SERVICE_VARIABLES {
            command.env_remove(name);
        }
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        // A group of its own: the terminal's Ctrl-C is for xtask, which stops
        // things in order, and whatever the program starts is stopped with it.
        command.process_group(0).kill_on_drop(true).stdin(std::process::Stdio::null());
        command
    }
}

/// Where the system has `setpriv` (any Linux), the kernel ends the program when
/// xtask dies, however it dies.
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
