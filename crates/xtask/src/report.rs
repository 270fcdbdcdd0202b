//! What xtask says on the terminal: plain lines, with the time since it began.

use std::fmt::Display;
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// A voice, or silence for stacks that tests start.
#[derive(Clone, Debug)]
pub struct Report {
    voice: Voice,
    began: Instant,
}

#[derive(Clone, Debug)]
enum Voice {
    Terminal,
    Silence,
    Memory(Arc<Mutex<Vec<String>>>),
}

impl Report {
    /// Speaks on the terminal.
    #[must_use]
    pub fn terminal() -> Self {
        Self::with(Voice::Terminal)
    }

    /// Says nothing; the logs have it all the same.
    #[must_use]
    pub fn silent() -> Self {
        Self::with(Voice::Silence)
    }

    /// Keeps what it would say, for tests to look at.
    #[must_use]
    pub fn kept() -> Self {
        Self::with(Voice::Memory(Arc::default()))
    }

    /// What was kept so far.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        match &self.voice {
            Voice::Memory(lines) => lines.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            Voice::Terminal | Voice::Silence => Vec::new(),
        }
    }

    fn with(voice: Voice) -> Self {
        Self { voice, began: Instant::now() }
    }

    /// One line, or several.
    pub fn say(&self, text: impl Display) {
        self.write(std::io::stdout(), text);
    }

    /// A line about something wrong, with the name of the program it is about.
    pub fn problem(&self, program: &str, line: impl Display) {
        self.write(std::io::stderr(), format_args!("{program:>14} | {line}"));
    }

    fn write(&self, mut terminal: impl Write, text: impl Display) {
        match &self.voice {
            // A reader that has gone away (`| head`) is no reason to fall over.
            Voice::Terminal => drop(writeln!(terminal, "{text}")),
            Voice::Silence => {}
            Voice::Memory(lines) => lines.lock().unwrap_or_else(PoisonError::into_inner).push(text.to_string()),
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
