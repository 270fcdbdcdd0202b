//! The storefront: pages are rendered on the server, then hydrated by the same code
//! in the browser.
//!
//! Feature `ssr` is the server half, `hydrate` the browser half. `README.md` has the
//! layers: a module uses only those below it.
#![allow(clippy::must_use_candidate, clippy::needless_pass_by_value, reason = "components are called by a macro")]
// The types of large pages nest deeply.
#![recursion_limit = "256"]

mod answer;
#[cfg(feature = "ssr")]
mod api;
mod app;
mod browser;
mod components;
#[cfg(feature = "ssr")]
mod config;
mod format;
mod forms;
mod live;
mod pages;
mod paths;
#[cfg(feature = "ssr")]
mod policy;
#[cfg(feature = "ssr")]
mod request;
mod schema;
#[cfg(feature = "ssr")]
mod server;
mod server_fns;
mod session;
#[cfg(feature = "hydrate")]
mod stripe;
#[cfg(feature = "ssr")]
mod texts;
#[cfg(feature = "ssr")]
mod wording;

#[cfg(feature = "hydrate")]
use wasm_bindgen::JsCast;

#[cfg(feature = "ssr")]
pub use config::Config;
#[cfg(feature = "ssr")]
pub use server::{AppState, app};

/// The program's name in logs, traces and metrics.
pub const NAME: &str = "client";

/// The entry point in the browser. `<html data-hydrated>` marks for tests that the
/// page works without page loads from now on.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    restore_page();
    leptos::mount::hydrate_body(app::App);
    if let Some(document) = leptos::prelude::document().document_element() {
        let _ = document.set_attribute("data-hydrated", "");
    }
}

/// Gives the page the nodes back that the server sent, if somebody has changed them: see
/// `public/altered.js`.
#[cfg(feature = "hydrate")]
fn restore_page() {
    let restore = js_sys::Reflect::get(&leptos::prelude::window(), &"restorePage".into());
    if let Some(restore) = restore.ok().and_then(|restore| restore.dyn_into::<js_sys::Function>().ok()) {
        let _ = restore.call0(&wasm_bindgen::JsValue::NULL);
    }
}
