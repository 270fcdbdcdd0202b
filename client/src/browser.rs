//! What only a browser can do; on the server these do nothing.

#[cfg(feature = "hydrate")]
mod imp {
    use leptos::prelude::document;
    use web_sys::{HtmlElement, VisibilityState, wasm_bindgen::JsCast};

    /// The visitor's clock, in milliseconds since 1970. It may be wrong: only
    /// differences of it are used.
    pub fn now() -> f64 {
        js_sys::Date::now()
    }

    /// Whether anybody can see the page.
    pub fn is_visible() -> bool {
        document().visibility_state() == VisibilityState::Visible
    }

    /// Moves the focus to the first element that matches, once it is there.
    pub fn focus_first(selector: &'static str) {
        leptos::prelude::request_animation_frame(move || {
            let found = document().query_selector(selector).ok().flatten();
            if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
                let _ = element.focus();
            }
        });
    }

    /// A time in the visitor's own zone and language.
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

pub use imp::*;
