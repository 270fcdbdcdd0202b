//! What happened when, one line each, in columns.

use std::fmt::Display;
use std::io::{IsTerminal, stdout};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use common::clock::Clock;

use crate::env;
use crate::report::Report;

const DIM: &str = "2";
const BOLD: &str = "1";

/// One line.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) at: Instant,
    pub(super) kind: Kind,
    /// Who asked or published.
    pub(super) who: String,
    /// Method and path, or the subject.
    pub(super) what: String,
    /// The status, or the version.
    pub(super) code: String,
    /// What is worth knowing of the answer or the payload.
    pub(super) facts: String,
}

/// What a line tells of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// A request, and how long its answer took.
    Request(Duration),
    /// An event.
    Event,
}

/// The printed account of a run.
#[derive(Debug)]
pub(super) struct Timeline {
    report: Report,
    coloured: bool,
    began: Instant,
    began_at: DateTime<Utc>,
    requests: AtomicUsize,
    events: AtomicUsize,
}

impl Timeline {
    /// Time begins now.
    pub(super) fn begin(report: &Report) -> Self {
        let coloured = stdout().is_terminal() && env::get("NO_COLOR").is_none();
        let (began, began_at) = (Instant::now(), Clock::system().now());
        Self { report: report.clone(), coloured, began, began_at, requests: 0.into(), events: 0.into() }
    }

    /// A time of day as milliseconds of this timeline.
    pub(super) fn millis_of(&self, time: DateTime<Utc>) -> i64 {
        (time - self.began_at).num_milliseconds()
    }

    /// The title of what follows, and the columns' names.
    pub(super) fn heading(&self, title: &str) {
        self.say(BOLD, format_args!("\n{title}"));
        self.say(DIM, columns("ms", "who", " ", "request or event", "", "took", "what it says"));
    }

    /// A remark between the lines.
    pub(super) fn remark(&self, text: impl Display) {
        self.say(BOLD, format_args!("{:>8}  {text}", "="));
    }

    /// One line.
    pub(super) fn tell(&self, entry: &Entry) {
        let (counter, style) = match entry.kind {
            Kind::Request(_) => (&self.requests, ""),
            Kind::Event => (&self.events, DIM),
        };
        counter.fetch_add(1, Ordering::Relaxed);
        self.say(style, line(entry.at.saturating_duration_since(self.began), entry));
    }

    /// How much there was, in words.
    pub(super) fn sum(&self) -> String {
        let count = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
        let seconds = self.began.elapsed().as_secs_f64();
        format!("{} requests and {} events in {seconds:.1} s", count(&self.requests), count(&self.events))
    }

    fn say(&self, style: &str, text: impl Display) {
        if self.coloured && !style.is_empty() {
            self.report.say(format_args!("\x1b[{style}m{text}\x1b[0m"));
        } else {
            self.report.say(text);
        }
    }
}

fn line(at: Duration, entry: &Entry) -> String {
    let (mark, took) = match entry.kind {
        Kind::Request(took) => (">", format!("{} ms", took.as_millis())),
        Kind::Event => ("*", String::new()),
    };
    columns(&at.as_millis().to_string(), &entry.who, mark, &entry.what, &entry.code, &took, &entry.facts)
}

fn columns(ms: &str, who: &str, mark: &str, what: &str, code: &str, took: &str, facts: &str) -> String {
    let line = format!("{ms:>8}  {who:<10} {mark} {what:<27} {code:>3} {took:>7}  {facts}");
    line.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(kind: Kind, who: &str, what: &str, code: &str, facts: &str) -> Entry {
        let [who, what, code, facts] = [who, what, code, facts].map(str::to_owned);
        Entry { at: Instant::now(), kind, who, what, code, facts }
    }

    #[test]
    fn requests_and_events_stand_in_the_same_columns() {
        let took = Kind::Request(Duration::from_micros(12_900));
        let request = entry(took, "seller", "POST /api/tickets", "201", "title \"Gala\"");
        let event = entry(Kind::Event, "tickets", "ticket:created", "v0", "id …a1b2c3");
        let lines = [(5, &request), (1234, &event)].map(|(ms, entry)| line(Duration::from_millis(ms), entry));
        assert_eq!(
            lines,
            [
                "       5  seller     > POST /api/tickets           201   12 ms  title \"Gala\"",
                "    1234  tickets    * ticket:created               v0          id …a1b2c3",
            ]
        );
    }

    #[test]
    fn a_line_ends_with_its_last_word() {
        let empty = entry(Kind::Request(Duration::ZERO), "buyer", "DELETE /api/orders/…a1b2c3", "204", "");
        assert!(line(Duration::ZERO, &empty).ends_with("204    0 ms"));
        assert!(line(Duration::ZERO, &entry(Kind::Event, "orders", "order:cancelled", "", "")).ends_with("cancelled"));
    }

    #[test]
    fn what_is_too_long_for_its_column_is_told_in_full() {
        let long = entry(Kind::Event, "somebody-long", "GET /api/a/path/that/is/longer/than/its/column", "v1", "yes");
        let line = line(Duration::from_hours(100), &long);
        assert!(line.contains("360000000  somebody-long * GET /api/a/path/that/is/longer/than/its/column"), "{line}");
    }
}
