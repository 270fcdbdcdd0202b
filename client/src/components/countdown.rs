//! The time that is left, by the server's clock.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use leptos::{leptos_dom::helpers::set_interval_with_handle, prelude::*};

use super::Announce;
use crate::{browser, format};

/// How often the clock is looked at: often enough that no second is skipped.
const TICK: Duration = Duration::from_millis(250);

/// The server's time, going on in the browser.
#[derive(Clone, Copy)]
pub struct Clock {
    now: RwSignal<DateTime<Utc>>,
    /// The server's time and the visitor's own at the latest answer.
    set: StoredValue<(DateTime<Utc>, f64)>,
}

impl Clock {
    /// Stands at the server's time until the browser takes over.
    pub fn new(now: DateTime<Utc>) -> Self {
        let clock = Self { now: RwSignal::new(now), set: StoredValue::new((now, browser::now())) };
        Effect::new(move |_| {
            if let Ok(interval) = set_interval_with_handle(move || clock.tick(), TICK) {
                on_cleanup(move || interval.clear());
            }
        });
        clock
    }

    /// Sets the clock by an answer that has just come.
    pub fn adjust(self, now: DateTime<Utc>) {
        self.set.set_value((now, browser::now()));
        self.now.set(now);
    }

    /// Whole seconds until a time, begun ones counted; 0 once it has come.
    pub fn seconds_until(self, time: DateTime<Utc>) -> i64 {
        let left = time - self.now.get();
        ((left.num_milliseconds() + 999) / 1000).max(0)
    }

    fn tick(self) {
        let (server, own) = self.set.get_value();
        // At most days: far from where a float's milliseconds end.
        #[allow(clippy::cast_possible_truncation)]
        let passed = TimeDelta::milliseconds((browser::now() - own) as i64);
        self.now.set(server + passed);
    }
}

/// Minutes and seconds left, told to screen readers when it matters.
#[component]
pub fn Countdown(
    /// Seconds.
    left: Memo<i64>,
) -> impl IntoView {
    let urgent = move || left.get() <= 60;
    let milestone = Memo::new(move |_| announced(left.get()));
    view! {
        <p class="countdown" class:urgent=urgent>
            <span aria-hidden="true" class="digits">{move || format::countdown(left.get())}</span>
            <span aria-hidden="true">" left to pay"</span>
            <Announce text=milestone/>
        </p>
    }
}

/// What is said aloud: not every second, but in good time.
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
    fn a_countdown_is_announced_only_when_it_matters() {
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
