//! The programs of `infra/local/checks.txt`.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use xtask::env::workspace_root;
use xtask::install;
use xtask::report::Report;

/// What a program said, and whether it was content.
pub struct Said {
    pub content: bool,
    pub stdout: String,
    pub stderr: String,
}

impl Said {
    /// Everything, for a message.
    pub fn all(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }
}

/// Runs one of them in the workspace's folder.
pub fn run<A: AsRef<OsStr>>(program: &str, args: &[A]) -> Said {
    run_in(&workspace_root(), program, args)
}

/// Runs one of them in some folder.
pub fn run_in<A: AsRef<OsStr>>(folder: &Path, program: &str, args: &[A]) -> Said {
    let mut command = Command::new(path(program));
    let output = command.args(args).current_dir(folder).stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| panic!("{program} does not run: {error}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Said { content: output.status.success(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
}

/// Where one of them is.
pub fn path(program: &str) -> PathBuf {
    // Without them nothing is checked, which must not look like success.
    static BIN: LazyLock<Result<PathBuf, String>> =
        LazyLock::new(|| install::checks(&Report::terminal()).map_err(|error| format!("{error:#}")));
    let bin = BIN.as_ref().unwrap_or_else(|error| panic!("infra/local/checks.txt cannot be installed: {error}"));
    bin.join(program)
}
