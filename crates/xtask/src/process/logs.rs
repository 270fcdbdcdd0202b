//! A program's output: all of it goes to its log, warnings and errors to the terminal
//! as well.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, PipeReader, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::Program;
use crate::report::Report;

/// At most this many lines on the terminal in one span: a store that is gone
/// makes every service complain many times a second.
const ECHO_LIMIT: usize = 10;
const ECHO_SPAN: Duration = Duration::from_secs(10);

/// Marks of warnings and errors, as the services, the stores and panics write them.
const MARKS: [&str; 9] = [
    " WARN ",
    " ERROR ",
    "\"WARN\"",
    "\"ERROR\"",
    "[WRN]",
    "[ERR]",
    "[FTL]",
    "panicked at",
    "Traceback (most recent call last)",
];

/// Creates an empty log.
pub(super) fn create(log: &Path) -> Result<()> {
    let folder = log.parent().context("a log needs a folder")?;
    fs::create_dir_all(folder)?;
    File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
    Ok(())
}

/// Copies lines until the last writer has closed its end. Needs a thread, not a
/// task, so that no line is lost when the runtime is busy or gone.
pub(super) fn keep(program: &Program, output: PipeReader, report: &Report) -> Result<()> {
    let log = OpenOptions::new().create(true).append(true).open(&program.log)?;
    let echo = Echo::new(program, report);
    std::thread::Builder::new().name(format!("{} log", program.name)).spawn(move || copy(output, log, echo))?;
    Ok(())
}

/// The last lines of a log, indented, with its name: for error messages.
pub(super) fn tail(log: &Path, lines: usize) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let all: Vec<&str> = text.lines().collect();
    let mut tail = format!("\n  the end of {}:", log.display());
    for line in &all[all.len().saturating_sub(lines)..] {
        let _ = write!(tail, "\n    {line}");
    }
    if all.is_empty() {
        tail.push_str(" (empty)");
    }
    tail
}

fn copy(output: PipeReader, mut log: File, mut echo: Echo) {
    let mut output = BufReader::new(output);
    let mut line = Vec::new();
    while output.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
        // A full disk must not stop the program that is being logged.
        let _ = log.write_all(&line);
        echo.consider(&String::from_utf8_lossy(&line));
        line.clear();
    }
}

struct Echo {
    name: String,
    log: PathBuf,
    report: Report,
    since: Instant,
    shown: usize,
}

impl Echo {
    fn new(program: &Program, report: &Report) -> Self {
        let (name, log) = (program.name.clone(), program.log.clone());
        Self { name, log, report: report.clone(), since: Instant::now(), shown: 0 }
    }

    fn consider(&mut self, line: &str) {
        if !is_problem(line) {
            return;
        }
        if self.since.elapsed() > ECHO_SPAN {
            (self.since, self.shown) = (Instant::now(), 0);
        }
        self.shown += 1;
        match self.shown {
            ..=ECHO_LIMIT => self.report.problem(&self.name, line.trim_end()),
            shown if shown == ECHO_LIMIT + 1 => {
                self.report.problem(&self.name, format_args!("… more in {}", self.log.display()));
            }
            _ => {}
        }
    }
}

fn is_problem(line: &str) -> bool {
    MARKS.iter().any(|mark| line.contains(mark))
}

#[cfg(test)]
mod tests {
    use super::is_problem;

    #[test]
    fn warnings_errors_and_panics_are_recognized() {
        assert!(is_problem("2026-01-01T00:00:00Z  WARN orders: the broker is away"));
        assert!(is_problem(r#"{"level":"ERROR","message":"…"}"#));
        assert!(is_problem("[77] 2026/01/01 00:00:00.000000 [ERR] no space left"));
        assert!(is_problem("thread 'main' panicked at src/main.rs:3:5:"));
        assert!(!is_problem("2026-01-01T00:00:00Z  INFO orders: a WARNING sign was sold"));
    }
}
