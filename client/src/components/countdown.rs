//! A countdown by the server's clock.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use leptos::prelude::*;

use super::{Announce, When};
use crate::{browser, format};

/// Short enough that the countdown skips no second.
const TICK: Duration = Duration::from_millis(250);

/// The server's time, continued in the browser.
#[derive(Clone, Copy)]
pub struct Clock {
    now: RwSignal<DateTime<Utc>>,
    /// The server's time and the browser's, in milliseconds, at the latest answer.
    set: StoredValue<(DateTime<Utc>, f64)>,
}

impl Clock {
    /// Shows `now` until the browser hydrates the page.
    pub fn new(now: DateTime<Utc>) -> Self {
        let clock = Self { now: RwSignal::new(now), set: StoredValue::new((now, browser::now())) };
        browser::every(TICK, move || clock.tick());
        clock
    }

    /// Sets the clock to the time of an answer that has just arrived.
    pub fn adjust(self, now: DateTime<Utc>) {
        self.set.set_value((now, browser::now()));
        self.now.set(now);
    }

    /// Seconds until a time, rounded up; 0 once it has passed.
    pub fn seconds_until(self, time: DateTime<Utc>) -> i64 {
        let left = time - self.now.get();
        ((left.num_milliseconds() + 999) / 1000).max(0)
    }

    fn tick(self) {
        let (server, local) = self.set.get_value();
        #[allow(clippy::cast_possible_truncation, reason = "days in milliseconds fit")]
        let passed = TimeDelta::milliseconds((browser::now() - local) as i64);
        self.now.set(server + passed);
    }
}

/// Minutes and seconds left; screen readers get milestones only, and may look.
#[component]
pub fn Countdown(
    /// Seconds.
    left: Memo<i64>,
    /// When no time is left.
    until: DateTime<Utc>,
) -> impl IntoView {
    let urgent = move || left.get() <= 60;
    let milestone = Memo::new(move |_| announced(left.get()));
    view! {
        <p class="countdown" class:urgent=urgent>
            <span>"Held for you until " <When time=until/></span>
            <span role="timer" aria-label="Time left to pay" class="digits" data-left=left.get_untracked()>{move || format::countdown(left.get())}</span>
            <Announce text=milestone/>
        </p>
    }
}

/// The announcement for the seconds left: a milestone, not every second.
fn announced(left: i64) -> String {
    match left {
        0 => "The time to pay is over.".into(),
        1..=30 => "Less than 30 seconds left to pay.".into(),
        31..=60 => "Less than a minute left to pay.".into(),
        _ => format!(
            "{} minutes left to pay.",
            [2, 5, 10, 15].into_iter().find(|&minutes| left <= minutes * 60).unwrap_or(left / 60 + 1)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_countdown_announces_milestones_only() {
        let mut said: Vec<String> = (0..=900).rev().map(announced).collect();
        said.dedup();
        assert_eq!(
            said,
            [
                "15 minutes left to pay.",
                "10 minutes left to pay.",
                "5 minutes left to pay.",
                "2 minutes left to pay.",
                "Less than a minute left to pay.",
                "Less than 30 seconds left to pay.",
                "The time to pay is over.",
            ]
        );
    }
}
