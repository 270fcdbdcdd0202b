//! Values that are refreshed while a page is open.

use std::{future::Future, time::Duration};

use leptos::{prelude::*, task::spawn_local};

use crate::{
    answer::Reply,
    browser::{self, Notice},
    paths,
};

/// How often a value is refreshed.
#[derive(Clone, Copy)]
pub struct Pace {
    /// The least time between a fetch and one because of a notice.
    pub pause: Duration,
    /// How often if changes are not told.
    pub untold: Duration,
    /// How often if they are: a notice may get lost, and time alone changes some values.
    pub told: Duration,
}

impl Pace {
    /// Of a list of everybody's tickets: in a busy shop something changes all the time.
    pub const LIST: Self =
        Self { pause: Duration::from_secs(3), untold: Duration::from_secs(10), told: Duration::from_mins(1) };
    /// Of a list of one's own: what comes to it is not told, as the page does not know it yet.
    pub const OWN_LIST: Self = Self { told: Self::LIST.untold, ..Self::LIST };

    /// Of one thing, which is refreshed at each notice.
    pub const fn of_one(untold: Duration) -> Self {
        Self { pause: Duration::ZERO, untold, told: Duration::from_mins(1) }
    }
}

/// A value that is fetched again when it has changed, while its page is visible.
pub struct Live<T: Send + Sync + 'static> {
    value: RwSignal<T>,
    fetching: RwSignal<Fetching>,
    fetch: StoredValue<Box<dyn Fn() + Send + Sync>>,
    /// When it was fetched, by the browser's clock, in milliseconds.
    fetched: StoredValue<f64>,
    /// Whether changes are told.
    told: StoredValue<bool>,
    /// Whether a refresh waits for the end of a pause.
    postponed: StoredValue<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fetching {
    No,
    Yes,
    /// The pending answer will be stale: fetch once more after it.
    Again,
}

impl<T: Send + Sync + 'static> Clone for Live<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Live<T> {}

impl<T: PartialEq + Clone + Send + Sync + 'static> Live<T> {
    /// Starts with the value that the server rendered. A failed request changes
    /// nothing: the next one may succeed.
    pub fn new<F>(initial: T, fetch: impl Fn() -> F + Clone + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Reply<T>> + 'static,
    {
        let (value, fetching) = (RwSignal::new(initial), RwSignal::new(Fetching::No));
        let (fetched, told) = (StoredValue::new(browser::now()), StoredValue::new(false));
        let fetch = move || {
            let fetch = fetch.clone();
            fetching.set(Fetching::Yes);
            fetched.set_value(browser::now());
            spawn_local(async move {
                // The visitor may leave the page at any time, which disposes its signals.
                loop {
                    if let Ok(Ok(new)) = fetch().await
                        && value.try_with_untracked(|old| *old != new) == Some(true)
                    {
                        value.try_set(new);
                    }
                    let again = fetching.try_get_untracked() == Some(Fetching::Again);
                    fetching.try_set(if again { Fetching::Yes } else { Fetching::No });
                    if !again {
                        break;
                    }
                }
            });
        };
        Self {
            value,
            fetching,
            fetch: StoredValue::new(Box::new(fetch)),
            fetched,
            told,
            postponed: StoredValue::new(false),
        }
    }

    /// Refreshes it when one of the ids in `of` (see [`paths::live`]) has changed; at its
    /// `pace` otherwise, unless there is nothing more to come; and when the page comes to the
    /// foreground.
    pub fn watch(self, of: &str, pace: Pace, is_settled: fn(&T) -> bool) -> Self {
        if !of.is_empty() {
            self.listen(of, pace.pause);
        }
        // A look that comes a little early counts.
        let due = pace.told.saturating_sub(pace.untold / 2);
        let is_due = move || self.told.try_get_value() == Some(false) || self.age() >= Some(due);
        self.every(pace.untold, move |value| !is_settled(value) && is_due());
        browser::on_shown(move || self.refresh());
        self
    }

    fn listen(self, of: &str, pause: Duration) {
        browser::notices(paths::live(of), move |notice| {
            self.told.try_set_value(notice != Notice::Lost);
            match notice {
                Notice::Open => self.refresh(),
                Notice::Changed => self.refresh_after(pause),
                Notice::Lost => {}
            }
        });
    }

    /// Refreshes it every `period` if it `is_due`, but not for a page in the background.
    pub fn every(self, period: Duration, is_due: impl Fn(&T) -> bool + Clone + 'static) {
        browser::every(period, move || {
            let is_due = self.value.try_with_untracked(&is_due).unwrap_or(false);
            if is_due && browser::is_visible() && self.fetching.try_get_untracked() == Some(Fetching::No) {
                self.refresh();
            }
        });
    }

    /// Fetches it once the `pause` after the latest fetch is over, and at a random time
    /// within another one: not all open pages at once.
    fn refresh_after(self, pause: Duration) {
        if pause.is_zero() {
            return self.refresh();
        }
        let Some(age) = self.age() else { return };
        if self.postponed.try_get_value() == Some(false) {
            self.postponed.set_value(true);
            let refresh = move || {
                self.postponed.try_set_value(false);
                // A page in the background is refreshed when it is shown.
                if browser::is_visible() {
                    self.refresh();
                }
            };
            set_timeout(refresh, pause.saturating_sub(age).max(pause.mul_f64(browser::random())));
        }
    }

    /// The time since the latest fetch began; `None` once the page is gone.
    fn age(self) -> Option<Duration> {
        let fetched = self.fetched.try_get_value()?;
        Some(Duration::from_secs_f64(((browser::now() - fetched) / 1000.0).max(0.0)))
    }

    /// Fetches it now. If a request is pending, its answer may be stale: another one follows.
    pub fn refresh(self) {
        match self.fetching.try_get_untracked() {
            Some(Fetching::No) => drop(self.fetch.try_with_value(|fetch| fetch())),
            Some(_) => drop(self.fetching.try_set(Fetching::Again)),
            None => {}
        }
    }

    /// The latest value.
    pub fn signal(self) -> RwSignal<T> {
        self.value
    }
}
