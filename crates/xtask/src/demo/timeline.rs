//! What happened when, one line each, in columns.

use std::collections::HashSet;
use std::fmt::Display;
use std::io::{IsTerminal, stdout};
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, Utc};
use common::clock::Clock;
use common::events::Subject;
use common::messaging::ObservedEvent;

use super::summary::{short, summary};
use crate::env;
use crate::report::Report;
use crate::shopper::Reply;

const DIM: &str = "2";
const BOLD: &str = "1";

/// A line, and its style on a terminal.
pub(super) struct Line(&'static str, String);

/// The printed account of a run.
#[derive(Debug)]
pub(super) struct Timeline {
    report: Report,
    coloured: bool,
    began: DateTime<Utc>,
    requests: AtomicUsize,
    events: AtomicUsize,
}

impl Timeline {
    /// Time begins now.
    pub(super) fn begin(report: &Report) -> Self {
        let coloured = stdout().is_terminal() && env::get("NO_COLOR").is_none();
        let (report, began) = (report.clone(), Clock::system().now());
        Self { report, coloured, began, requests: 0.into(), events: 0.into() }
    }

    /// A time of day as milliseconds of this timeline.
    pub(super) fn millis(&self, time: DateTime<Utc>) -> i64 {
        (time - self.began).num_milliseconds()
    }

    /// The title of what follows, and the columns' names.
    pub(super) fn heading(&self, title: &str) {
        self.print(&Line(BOLD, format!("\n{title}")));
        self.print(&Line(DIM, columns(["ms", "who", " ", "request or event", "", "took", "content"])));
    }

    /// A remark between the lines.
    pub(super) fn remark(&self, text: impl Display) {
        self.print(&Line(BOLD, format!("{:>8}  {text}", "=")));
    }

    /// A request and its answer.
    pub(super) fn request(&self, reply: &Reply, own: &HashSet<String>) -> Line {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let (ms, took) = (self.millis(reply.time).to_string(), format!("{} ms", reply.took.as_millis()));
        let repeated = if reply.times > 1 { format!(" (asked {} times)", reply.times) } else { String::new() };
        let content = summary(&reply.body, own) + &repeated;
        Line("", columns([&ms, &reply.who, ">", &short(&reply.asked), reply.status.as_str(), &took, &content]))
    }

    /// An event.
    pub(super) fn event(&self, event: &ObservedEvent, own: &HashSet<String>) -> Line {
        self.events.fetch_add(1, Ordering::Relaxed);
        let ms = event.time.map(|time| self.millis(time).to_string()).unwrap_or_default();
        let version = event.payload.get("version").map(|version| format!("v{version}")).unwrap_or_default();
        let (who, subject) = (publisher(event.subject), event.subject.to_string());
        Line(DIM, columns([&ms, &who, "*", &subject, &version, "", &summary(&event.payload, own)]))
    }

    /// How much there was, in words.
    pub(super) fn sum(&self) -> String {
        let count = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
        let seconds = (Clock::system().now() - self.began).as_seconds_f64();
        format!("{} requests and {} events in {seconds:.1} s", count(&self.requests), count(&self.events))
    }

    /// Prints a line.
    pub(super) fn print(&self, Line(style, text): &Line) {
        if self.coloured && !style.is_empty() {
            self.report.say(format_args!("\x1b[{style}m{text}\x1b[0m"));
        } else {
            self.report.say(text);
        }
    }
}

/// The service that owns what the event is about: `tickets` for `ticket:created`.
fn publisher(subject: Subject) -> String {
    match subject.as_str().split(':').next() {
        Some("expiration") | None => "expiration".to_owned(),
        Some(aggregate) => format!("{aggregate}s"),
    }
}

fn columns([ms, who, mark, what, code, took, content]: [&str; 7]) -> String {
    let line = format!("{ms:>8}  {who:<10} {mark} {what:<27} {code:>3} {took:>7}  {content}");
    line.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_and_events_are_in_the_same_columns() {
        let table = [
            (
                ["5", "seller", ">", "POST /api/tickets", "201", "12 ms", "\"Gala\""],
                "       5  seller     > POST /api/tickets           201   12 ms  \"Gala\"",
            ),
            (
                ["1234", "tickets", "*", "ticket:created", "v0", "", "id …a1b2c3"],
                "    1234  tickets    * ticket:created               v0          id …a1b2c3",
            ),
            (
                ["0", "buyer", ">", "DELETE /api/orders/…a1b2c3", "204", "0 ms", ""],
                "       0  buyer      > DELETE /api/orders/…a1b2c3  204    0 ms",
            ),
            (
                ["360000000", "somebody-long", "*", "GET /api/longer/than/its/column", "v1", "", "yes"],
                "360000000  somebody-long * GET /api/longer/than/its/column  v1          yes",
            ),
        ];
        for (cells, line) in table {
            assert_eq!(columns(cells), line);
        }
    }
}
