//! The interfaces' documentation: the HTTP endpoints at `/docs`, the events at
//! `/docs/events`.

mod events;

use std::{fs, path::Path};

use axum::{
    Json, Router,
    http::{HeaderValue, header},
    response::Html,
    routing::get,
};
use leptos::prelude::*;

use super::AppState;

/// Scalar sets styles by attributes and by an element of its own, and its script
/// is loaded from here: no inline script runs, and no other host is asked.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; \
     img-src 'self' data: blob:; font-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// The pages, for the site in this folder.
pub(super) fn router(site: &Path) -> Router<AppState> {
    let hash = hashes(site);
    // Without the shop's styles, which Scalar's own would have to outdo.
    let endpoints = document("Endpoints", None, || view! { <Endpoints script=hash("scalar")/> }.into_any());
    let description = common::asyncapi::document();
    let events = document("Events", Some(hash("css")), || events::page(&description));
    Router::new()
        .route("/docs", get(|| async { ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(endpoints)) }))
        .route("/docs/events", get(|| async { Html(events) }))
        .route("/docs/asyncapi.json", get(|| async { Json(description) }))
}

/// The names that `site` has given its files, by their kind.
fn hashes(site: &Path) -> impl Fn(&str) -> String {
    let lines = fs::read_to_string(site.join("hash.txt")).unwrap_or_default();
    move |kind| {
        let hash = lines.lines().find_map(|line| line.strip_prefix(kind)?.strip_prefix(": "));
        hash.unwrap_or_default().to_owned()
    }
}

/// A document of its own, which no script of the shop takes over.
fn document(title: &str, css: Option<String>, content: impl FnOnce() -> AnyView) -> String {
    let head = view! {
        <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta name="color-scheme" content="light dark"/>
            <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
            {css.map(|css| view! { <link rel="stylesheet" href=format!("/pkg/client.{css}.css")/> })}
            <title>{format!("{title} – Ticketing")}</title>
        </head>
    };
    let body = view! {
        <body>
            <header class="site container">
                <nav aria-label="Documentation">
                    <a href="/" class="brand">"Ticketing"</a>
                    <ul>
                        <li><a href="/docs">"Endpoints"</a></li>
                        <li><a href="/docs/events">"Events"</a></li>
                    </ul>
                </nav>
            </header>
            {content()}
        </body>
    };
    format!("<!DOCTYPE html><html lang=\"en\">{}{}</html>", head.to_html(), body.to_html())
}

#[component]
fn Endpoints(script: String) -> impl IntoView {
    let descriptions = ["auth", "tickets", "orders", "payments"].map(|service| {
        let path = format!("/api/{service}/openapi.json");
        view! { <li><a href=path.clone()>{path.clone()}</a></li> }
    });
    view! {
        <style>"nav, nav ul { display: flex; gap: 1.5rem; margin: 0; padding: 0.25rem; font-family: sans-serif; list-style: none }"</style>
        <div id="reference"></div>
        <noscript>
            <main class="container">
                <h1>"Endpoints"</h1>
                <p>"The descriptions are shown by a script. Without it, they can be read as they are:"</p>
                <ul>{descriptions.collect_view()}</ul>
            </main>
        </noscript>
        <script src=format!("/pkg/scalar.{script}.js")></script>
        <script src="/docs.js"></script>
    }
}
