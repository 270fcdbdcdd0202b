//! Messages of xtask: plain lines, with the time since the start.

use std::fmt::Display;
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Where messages go: to the terminal, or, for the stacks of tests, nowhere or to
/// memory.
#[derive(Clone, Debug)]
pub struct Report {
    target: Target,
    began: Instant,
}

#[derive(Clone, Debug)]
enum Target {
    Terminal,
    Nowhere,
    Memory(Arc<Mutex<Vec<String>>>),
}

impl Report {
    /// Prints on the terminal.
    #[must_use]
    pub fn terminal() -> Self {
        Self { target: Target::Terminal, began: Instant::now() }
    }

    /// Drops all messages; logs are still written.
    #[must_use]
    pub fn silent() -> Self {
        Self { target: Target::Nowhere, ..Self::terminal() }
    }

    /// Keeps all messages for tests.
    #[must_use]
    pub fn kept() -> Self {
        Self { target: Target::Memory(Arc::default()), ..Self::terminal() }
    }

    /// The messages that were kept so far.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        match &self.target {
            Target::Memory(lines) => lines.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            Target::Terminal | Target::Nowhere => Vec::new(),
        }
    }

    /// Writes a message of one line or several.
    pub fn say(&self, text: impl Display) {
        self.write(std::io::stdout(), text);
    }

    /// Writes a problem, with the name of its program.
    pub fn problem(&self, program: &str, line: impl Display) {
        self.write(std::io::stderr(), format_args!("{program:>14} | {line}"));
    }

    fn write(&self, mut terminal: impl Write, text: impl Display) {
        match &self.target {
            // A reader that has gone away (`| head`) is no error.
            Target::Terminal => drop(writeln!(terminal, "{text}")),
            Target::Nowhere => {}
            Target::Memory(lines) => lines.lock().unwrap_or_else(PoisonError::into_inner).push(text.to_string()),
        }
    }

    /// Seconds since this report was made.
    #[must_use]
    pub fn elapsed(&self) -> f64 {
        self.began.elapsed().as_secs_f64()
    }
}

/// Numbers the steps of a known total.
#[derive(Debug)]
pub struct Steps {
    report: Report,
    total: usize,
    done: AtomicUsize,
}

impl Steps {
    /// No step of `total` is done yet.
    #[must_use]
    pub fn new(report: &Report, total: usize) -> Self {
        Self { report: report.clone(), total, done: AtomicUsize::new(0) }
    }

    /// Reports one more step: `[ 3/10   1.4 s] nats answers`.
    pub fn done(&self, what: impl Display) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        self.report.say(format_args!("[{done:>2}/{} {:>5.1} s] {what}", self.total, self.report.elapsed()));
    }
}
