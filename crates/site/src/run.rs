//! Runs other programs, with their output in the error when they fail.

use std::io::ErrorKind;
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, bail};

/// Runs a command with its output on the terminal.
pub(crate) fn loudly(command: &mut Command) -> Result<()> {
    let status = command.stdin(Stdio::null()).status().with_context(|| unable(command))?;
    if !status.success() {
        bail!("`{}` failed ({status})", line(command));
    }
    Ok(())
}

/// Runs a command and returns its standard output.
pub(crate) fn quietly(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| unable(command))?;
    if !output.status.success() {
        bail!("`{}` failed ({}). It said:{}", line(command), output.status, last_lines(&output));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Its standard output, trimmed; `None` if it is missing or fails.
pub(crate) fn answer(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether a program exists; `asking` is a harmless argument such as `--version`.
pub(crate) fn exists(program: &str, asking: &str) -> bool {
    let tried = Command::new(program).arg(asking).stdin(Stdio::null()).output();
    !matches!(tried, Err(error) if error.kind() == ErrorKind::NotFound)
}

fn unable(command: &Command) -> String {
    format!("cannot run `{}`", line(command))
}

fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// The last lines of a failed program's output, indented.
#[must_use]
pub fn last_lines(output: &Output) -> String {
    let text = [output.stdout.as_slice(), &output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let tail = &lines[lines.len().saturating_sub(12)..];
    tail.iter().flat_map(|line| ["\n    ", line]).collect()
}
