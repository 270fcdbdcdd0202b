//! Values that are refreshed while a page is open.

use std::{future::Future, time::Duration};

use leptos::{prelude::*, task::spawn_local};

use crate::{answer::Reply, browser};

/// A value that is fetched again from time to time while its page is visible.
pub struct Live<T: Send + Sync + 'static> {
    value: RwSignal<T>,
    fetching: RwSignal<Fetching>,
    fetch: StoredValue<Box<dyn Fn() + Send + Sync>>,
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
        let fetch = move || {
            let fetch = fetch.clone();
            fetching.set(Fetching::Yes);
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
        Self { value, fetching, fetch: StoredValue::new(Box::new(fetch)) }
    }

    /// Refreshes it every `period`, but not for a page in the background.
    pub fn every(self, period: Duration) -> Self {
        self.every_until(period, |_| false)
    }

    /// Does the same until there is nothing more to come.
    pub fn every_until(self, period: Duration, is_settled: fn(&T) -> bool) -> Self {
        browser::every(period, move || {
            let goes_on = self.value.try_with_untracked(|value| !is_settled(value)).unwrap_or(false);
            if goes_on && browser::is_visible() && self.fetching.try_get_untracked() == Some(Fetching::No) {
                self.refresh();
            }
        });
        browser::on_shown(move || self.refresh());
        self
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
