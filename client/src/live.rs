//! Pages that follow what happens elsewhere.

use std::{future::Future, time::Duration};

use leptos::{leptos_dom::helpers::set_interval_with_handle, prelude::*, task::spawn_local};

use crate::{answer::Answer, browser};

/// A value that is asked for again from time to time while somebody looks.
pub struct Live<T: Send + Sync + 'static> {
    value: RwSignal<T>,
    ask: StoredValue<Box<dyn Fn() + Send + Sync>>,
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
        let (value, asking) = (RwSignal::new(initial), RwSignal::new(false));
        let ask = move || {
            if asking.get_untracked() {
                return;
            }
            asking.set(true);
            let answer = fetch();
            spawn_local(async move {
                let answer = answer.await;
                // The page may have been left in the meantime.
                asking.try_set(false);
                if let Ok(Ok(new)) = answer
                    && value.try_with_untracked(|old| *old != new) == Some(true)
                {
                    value.try_set(new);
                }
            });
        };
        Self { value, ask: StoredValue::new(Box::new(ask)) }
    }

    /// Asks again every `period`, but not for a page in the background.
    pub fn every(self, period: Duration) -> Self {
        Effect::new(move |_| {
            let tick = move || {
                if browser::is_visible() {
                    self.refresh();
                }
            };
            if let Ok(interval) = set_interval_with_handle(tick, period) {
                on_cleanup(move || interval.clear());
            }
        });
        self
    }

    /// Asks again now, unless an answer is awaited already.
    pub fn refresh(self) {
        let _ = self.ask.try_with_value(|ask| ask());
    }

    /// The latest value.
    pub fn signal(self) -> RwSignal<T> {
        self.value
    }
}
