//! Running the programs of `infra/local/checks.txt`, scripts of this repository, and
//! stand-ins for programs that such a script calls.

use std::ffi::OsStr;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};
use std::sync::LazyLock;

use site::node::{self, Node};
use xtask::env::workspace_root;
use xtask::install;
use xtask::report::Report;

/// What a program printed, and whether it succeeded.
pub struct Output {
    pub success: bool,
    pub stdout: String,
    pub stderr: String,
}

impl Output {
    /// Both streams.
    pub fn all(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }
}

impl From<process::Output> for Output {
    fn from(output: process::Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { success: output.status.success(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }
}

/// Runs a tool in the workspace's folder.
pub fn run<A: AsRef<OsStr>>(program: &str, args: &[A]) -> Output {
    run_in(&workspace_root(), program, args)
}

/// Runs a tool in a folder.
pub fn run_in<A: AsRef<OsStr>>(folder: &Path, program: &str, args: &[A]) -> Output {
    let mut command = Command::new(tool(program));
    let output = command.args(args).current_dir(folder).stdin(Stdio::null()).output();
    output.unwrap_or_else(|error| panic!("cannot run {program}: {error}")).into()
}

/// The file of a tool. Without the tools nothing is checked, so that is a failure.
pub fn tool(program: &str) -> PathBuf {
    static BIN: LazyLock<Result<PathBuf, String>> =
        LazyLock::new(|| install::checks(&Report::terminal()).map_err(|error| format!("{error:#}")));
    let bin = BIN.as_ref().unwrap_or_else(|error| panic!("infra/local/checks.txt cannot be installed: {error}"));
    bin.join(program)
}

/// Runs Node.js in the workspace's folder, with `input` on its standard input.
pub fn run_node(args: &[&str], input: &str) -> Output {
    static NODE: LazyLock<Node> = LazyLock::new(|| node::ready(&|line| Report::terminal().say(line)).unwrap());
    let mut command: Command = NODE.command("node");
    let piped = command.args(args).current_dir(workspace_root()).stdin(Stdio::piped());
    let mut child = piped.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap().into()
}

/// A script in place of a program of that name.
pub fn stand_in(folder: &Path, program: &str, script: &str) {
    let file = folder.join(program);
    std::fs::write(&file, script).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// A `PATH` that finds the stand-ins in a folder before the system's programs.
pub fn path_with(folder: &Path) -> String {
    format!("{}:/usr/local/bin:/usr/bin:/bin", folder.display())
}
