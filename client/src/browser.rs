//! Functions of the browser; on the server they do nothing.

use std::time::Duration;

use leptos::{leptos_dom::helpers::set_interval_with_handle, prelude::*};

pub use imp::*;

/// Runs `tick` every `period`, until the owner that called this is cleaned up.
pub fn every(period: Duration, tick: impl Fn() + Clone + 'static) {
    Effect::new(move |_| {
        if let Ok(interval) = set_interval_with_handle(tick.clone(), period) {
            on_cleanup(move || interval.clear());
        }
    });
}

#[cfg(feature = "hydrate")]
mod imp {
    use leptos::prelude::document;
    use web_sys::{HtmlElement, VisibilityState, wasm_bindgen::JsCast};

    /// The browser's clock, in milliseconds since 1970. It may be wrong: only
    /// differences are used.
    pub fn now() -> f64 {
        js_sys::Date::now()
    }

    /// Whether the page is in the foreground.
    pub fn is_visible() -> bool {
        document().visibility_state() == VisibilityState::Visible
    }

    /// Moves the focus to the first element that matches, in the next frame.
    pub fn focus_first(selector: &'static str) {
        leptos::prelude::request_animation_frame(move || {
            let found = document().query_selector(selector).ok().flatten();
            if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
                let _ = element.focus();
            }
        });
    }

    /// A time in the visitor's time zone and language.
    pub fn local_time(rfc3339: &str) -> Option<String> {
        let options = js_sys::Object::new();
        for (name, value) in [("dateStyle", "medium"), ("timeStyle", "short")] {
            js_sys::Reflect::set(&options, &name.into(), &value.into()).ok()?;
        }
        let date = js_sys::Date::new(&rfc3339.into());
        date.to_locale_string("default", &options).as_string()
    }
}

#[cfg(not(feature = "hydrate"))]
mod imp {
    pub fn now() -> f64 {
        0.0
    }

    pub fn is_visible() -> bool {
        false
    }

    pub fn focus_first(_: &'static str) {}

    pub fn local_time(_: &str) -> Option<String> {
        None
    }
}
