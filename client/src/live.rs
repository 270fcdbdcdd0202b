//! Pages that follow what happens elsewhere.

use std::{future::Future, time::Duration};

use leptos::{leptos_dom::helpers::set_interval_with_handle, prelude::*, task::spawn_local};

use crate::{answer::Answer, browser};

/// A value that is asked for again from time to time while somebody looks.
pub struct Live<T: Send + Sync + 'static> {
    value: RwSignal<T>,
    /// Whether an answer is awaited, and whether it will be out of date.
    asking: RwSignal<Asking>,
    ask: StoredValue<Box<dyn Fn() + Send + Sync>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Asking {
    Not,
    Once,
    Again,
}

impl<T: Send + Sync + 'static> Clone for Live<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Live<T> {}

impl<T: PartialEq + Clone + Send + Sync + 'static> Live<T> {
    /// Begins with what the server rendered. A failed request changes nothing:
    /// the next one may succeed.
    pub fn new<F>(initial: T, fetch: impl Fn() -> F + Clone + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Answer<T>, ServerFnError>> + 'static,
    {
        let (value, asking) = (RwSignal::new(initial), RwSignal::new(Asking::Not));
        let ask = move || {
            let fetch = fetch.clone();
            asking.set(Asking::Once);
            spawn_local(async move {
                // The page may be left at any time: nothing of it is there then.
                loop {
                    if let Ok(Ok(new)) = fetch().await
                        && value.try_with_untracked(|old| *old != new) == Some(true)
                    {
                        value.try_set(new);
                    }
                    let again = asking.try_get_untracked() == Some(Asking::Again);
                    asking.try_set(if again { Asking::Once } else { Asking::Not });
                    if !again {
                        break;
                    }
                }
            });
        };
        Self { value, asking, ask: StoredValue::new(Box::new(ask)) }
    }

    /// Asks again every `period`, but not for a page in the background.
    pub fn every(self, period: Duration) -> Self {
        Effect::new(move |_| {
            let tick = move || {
                if browser::is_visible() && self.asking.try_get_untracked() == Some(Asking::Not) {
                    self.refresh();
                }
            };
            if let Ok(interval) = set_interval_with_handle(tick, period) {
                on_cleanup(move || interval.clear());
            }
        });
        self
    }

    /// Asks again now. An answer that is awaited already may tell of what was
    /// before, so then once more after it.
    pub fn refresh(self) {
        match self.asking.try_get_untracked() {
            Some(Asking::Not) => drop(self.ask.try_with_value(|ask| ask())),
            Some(_) => drop(self.asking.try_set(Asking::Again)),
            None => {}
        }
    }

    /// The latest value.
    pub fn signal(self) -> RwSignal<T> {
        self.value
    }
}
