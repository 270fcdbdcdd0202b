//! Scripts of ours, run by Node.js.

use std::io::Write;
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use site::node::{self, Node};
use xtask::report::Report;

/// Runs a script with arguments and with `input` on its standard input.
pub fn run(args: &[&str], input: &str) -> Output {
    static NODE: LazyLock<Node> = LazyLock::new(|| node::ready(&|line| Report::terminal().say(line)).unwrap());
    let mut command: Command = NODE.command("node");
    let piped = command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}
