//! The storefront: pages that are rendered on the server and then taken over by
//! the same code in the browser.
//!
//! Feature `ssr` is the server's half, `hydrate` the browser's.
#![allow(clippy::must_use_candidate, clippy::needless_pass_by_value, reason = "components are called by a macro")]

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
mod server;
mod server_fns;
mod session;
#[cfg(feature = "hydrate")]
mod stripe;

#[cfg(feature = "ssr")]
pub use config::Config;
#[cfg(feature = "ssr")]
pub use server::{AppState, app, router};

/// The program's name in logs, traces and metrics.
pub const NAME: &str = "client";

/// What the browser runs once the wasm is there. `<html data-hydrated>` tells
/// whoever drives the page that from now on it answers without a page load.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_body(app::App);
    if let Some(document) = leptos::prelude::document().document_element() {
        let _ = document.set_attribute("data-hydrated", "");
    }
}
