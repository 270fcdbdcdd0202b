//! The HTTP server: pages, server functions, static files.

mod docs;
mod errors;
mod feed;
mod files;
mod functions;
mod headers;
mod preview;
mod sitemap;

use std::path::Path;

use axum::{
    Router,
    extract::FromRef,
    http::{StatusCode, Uri},
    middleware::{from_fn, map_response},
    routing::{any, get},
};
use common::{
    error::ApiError,
    messaging::BrokerConfig,
    server::{App, connections::Limits},
};
use leptos::prelude::{LeptosOptions, provide_context};
use leptos_axum::{LeptosRoutes, generate_route_list, render_app_async_with_context};

use crate::{
    Config, NAME,
    api::Api,
    app::{App as Pages, shell},
    config::Hold,
    policy::Policy,
    request::CookieSecure,
    server_fns::auth::Visitor,
    texts::Texts,
};
use feed::Feed;

/// The number of open connections: each open page keeps one, for what it is told.
const CONNECTIONS: usize = 8192;

/// What handlers share. Cheap to clone.
#[derive(Clone, FromRef)]
pub struct AppState {
    options: LeptosOptions,
    api: Api,
    secure: CookieSecure,
    policy: Policy,
    texts: Texts,
    hold: Hold,
    broker: BrokerConfig,
    feed: Feed,
}

impl AppState {
    /// The state for a configuration.
    pub fn new(config: &Config) -> reqwest::Result<Self> {
        Ok(Self {
            options: files::options(&config.site),
            api: Api::new(config.services.clone())?,
            secure: CookieSecure(config.cookie_secure),
            policy: Policy::new(&origin(&config.stripe_js)),
            texts: config.texts.clone(),
            hold: config.hold,
            broker: config.broker.clone(),
            feed: Feed::default(),
        })
    }
}

/// The program. It is ready even while services and NATS are unavailable: the pages that
/// don't need them work, and the others answer 503.
#[must_use]
pub fn app(state: AppState) -> App {
    let (feed, broker) = (state.feed.clone(), state.broker.clone());
    dressed(App::new(NAME, router(state)))
        .with_task("feed", move |stop| feed.run(broker, stop))
        .with_limits(Limits { connections: CONNECTIONS, ..Limits::default() })
}

/// Applies to every answer, refusals by the server around the routes included.
fn dressed(app: App) -> App {
    app.with_outermost(|router| router.layer(from_fn(errors::as_pages)).layer(map_response(headers::set)))
}

fn router(state: AppState) -> Router {
    let (options, context) = (state.options.clone(), context(&state));
    let document = move || shell(options.clone());
    let page = render_app_async_with_context(context.clone(), document.clone());
    // The ingress routes unknown paths here, those below /api included.
    let no_service = || any(async || ApiError::NotFound);
    Router::new()
        .leptos_routes_with_context(&state, generate_route_list(Pages), context, document)
        .merge(docs::router(Path::new(state.options.site_root.as_ref())))
        .merge(files::router(&state.options))
        .route("/{*path}", get(page))
        .route("/sitemap.xml", get(sitemap::sitemap))
        .route("/tickets/{id}/picture.png", get(preview::picture))
        .route("/live", get(feed::live))
        .route("/fn/{*function}", any(StatusCode::NOT_FOUND))
        .route("/api", no_service())
        .route("/api/", no_service())
        .route("/api/{*path}", no_service())
        .layer(from_fn(functions::guard))
        .with_state(state)
}

fn context(state: &AppState) -> impl Fn() + Clone + Send + Sync + 'static {
    let (api, secure, policy) = (state.api.clone(), state.secure, state.policy.clone());
    let (texts, hold) = (state.texts.clone(), state.hold);
    move || {
        provide_context(texts.clone());
        provide_context(hold);
        provide_context(api.clone());
        provide_context(secure);
        provide_context(policy.clone());
        provide_context(Visitor::default());
    }
}

fn origin(address: &Uri) -> String {
    format!("{}://{}", address.scheme_str().unwrap_or("https"), address.authority().map_or("", |host| host.as_str()))
}

#[cfg(test)]
mod tests {
    use reqwest::{Client, header};
    use tokio::net::TcpListener;
    use tokio_util::sync::CancellationToken;

    use super::*;

    async fn broken() -> StatusCode {
        panic!("a secret")
    }

    #[tokio::test]
    async fn a_panic_is_a_page_for_browsers_and_does_not_reveal_its_cause() {
        let app = dressed(App::new("broken", Router::new().route("/", get(broken))));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(app.serve_on(listener, CancellationToken::new()));
        for (accept, content_type) in [("text/html", "text/html; charset=utf-8"), ("*/*", "application/json")] {
            let answer = Client::new().get(&url).header(header::ACCEPT, accept).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
            assert_eq!(answer.headers()[header::CONTENT_TYPE], content_type);
            assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
            let body = answer.text().await.unwrap();
            assert!(body.contains("Something went wrong") && !body.contains("secret"), "{body}");
        }
    }
}
