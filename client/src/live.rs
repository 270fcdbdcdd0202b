//! Values that are refreshed while a page is open.

use std::{future::Future, time::Duration};

use leptos::{prelude::*, task::spawn_local};

use crate::{
    answer::Reply,
    browser::{self, Notice},
    paths,
};

/// How often a value is fetched whose changes are told.
const RARELY: Duration = Duration::from_mins(1);
/// How often a list is refreshed if changes are not told.
const LIST_PERIOD: Duration = Duration::from_secs(10);
/// The pause between two refreshes of a list: in a busy shop something changes all the time.
const LIST_PAUSE: Duration = Duration::from_secs(3);

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

    /// Refreshes it when one of the ids in `of` (see [`paths::live`]) has changed; every
    /// `period` while changes can't be told, unless there is nothing more to come; and when
    /// the page comes to the foreground. A change within `pause` of the latest fetch waits
    /// until it is over.
    pub fn watch(self, of: &str, pause: Duration, period: Duration, is_settled: fn(&T) -> bool) -> Self {
        if !of.is_empty() {
            self.listen(of, pause);
        }
        // Seldom while changes are told: a notice may get lost, and time alone changes some values.
        let is_due = move || self.told.try_get_value() == Some(false) || self.age() >= Some(RARELY);
        self.every(period, move |value| !is_settled(value) && is_due());
        browser::on_shown(move || self.refresh());
        self
    }

    /// The same for a list that shows these.
    pub fn watch_list(self, of: &str) -> Self {
        self.watch(of, LIST_PAUSE, LIST_PERIOD, |_| false)
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

    /// Fetches it once the `pause` after the latest fetch is over.
    fn refresh_after(self, pause: Duration) {
        let Some(age) = self.age() else { return };
        let left = pause.saturating_sub(age);
        if left.is_zero() {
            self.refresh();
        } else if self.postponed.try_get_value() == Some(false) {
            self.postponed.set_value(true);
            let refresh = move || {
                self.postponed.try_set_value(false);
                self.refresh();
            };
            set_timeout(refresh, left);
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
