//! What xtask says on the terminal: plain lines, with the time since it began.

use std::fmt::Display;
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// A voice, or silence for stacks that tests start.
#[derive(Clone, Debug)]
pub struct Report {
    loud: bool,
    began: Instant,
}

impl Report {
    /// Speaks on the terminal.
    #[must_use]
    pub fn terminal() -> Self {
        Self { loud: true, began: Instant::now() }
    }

    /// Says nothing; the logs have it all the same.
    #[must_use]
    pub fn silent() -> Self {
        Self { loud: false, began: Instant::now() }
    }

    /// One line, or several.
    pub fn say(&self, text: impl Display) {
        if self.loud {
            // A reader that has gone away (`| head`) is no reason to fall over.
            let _ = writeln!(std::io::stdout(), "{text}");
        }
    }

    /// A line about something wrong, with the name of the program it is about.
    pub fn problem(&self, program: &str, line: impl Display) {
        if self.loud {
            let _ = writeln!(std::io::stderr(), "{program:>14} | {line}");
        }
    }

    /// Seconds since this report began.
    #[must_use]
    pub fn elapsed(&self) -> f64 {
        self.began.elapsed().as_secs_f64()
    }
}

/// Counts what is done out of a known number of things.
#[derive(Debug)]
pub struct Steps {
    report: Report,
    total: usize,
    done: AtomicUsize,
}

impl Steps {
    /// Nothing done yet of `total`.
    #[must_use]
    pub fn new(report: &Report, total: usize) -> Self {
        Self { report: report.clone(), total, done: AtomicUsize::new(0) }
    }

    /// One more is done: `[ 3/10   1.4 s] nats answers`.
    pub fn done(&self, what: impl Display) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        self.report.say(format_args!("[{done:>2}/{} {:>5.1} s] {what}", self.total, self.report.elapsed()));
    }
}
