//! The HTTP server: pages, server functions, static files.

mod docs;
mod errors;
mod files;
mod functions;
mod headers;
mod request;

use std::path::Path;

use axum::{
    Router,
    extract::FromRef,
    http::{StatusCode, Uri},
    middleware,
    routing::{any, get},
};
use common::{error::ApiError, server::App};
use leptos::prelude::{LeptosOptions, provide_context};
use leptos_axum::{LeptosRoutes, generate_route_list, render_app_async_with_context};

use crate::{
    Config, NAME,
    api::Api,
    app::{App as Pages, shell},
};

pub use errors::wants_page;
pub use request::{CookieSecure, public_url, server_time, set_policy};

/// What handlers share. Cheap to clone.
#[derive(Clone, FromRef)]
pub struct AppState {
    options: LeptosOptions,
    api: Api,
    secure: CookieSecure,
    policy: headers::Policy,
}

impl AppState {
    /// The state for a configuration.
    pub fn new(config: &Config) -> reqwest::Result<Self> {
        Ok(Self {
            options: files::options(&config.site),
            api: Api::new(config.services.clone())?,
            secure: CookieSecure(config.cookie_secure),
            policy: headers::Policy::new(&stripe(&config.stripe_js)),
        })
    }
}

/// All that the program runs. It is ready whatever becomes of the services: while
/// one is away, the pages that need the others go on, and the rest say so.
#[must_use]
pub fn app(state: AppState) -> App {
    App::new(NAME, router(state)).with_outermost(|router| router.layer(middleware::from_fn(errors::dress)))
}

/// The program's whole HTTP interface.
pub fn router(state: AppState) -> Router {
    let (options, context) = (state.options.clone(), context(&state));
    let document = move || shell(options.clone());
    let page = render_app_async_with_context(context.clone(), document.clone());
    Router::new()
        .leptos_routes_with_context(&state, generate_route_list(Pages), context, document)
        .merge(docs::router(Path::new(state.options.site_root.as_ref())))
        .merge(files::router(&state.options))
        .route("/{*path}", get(page))
        .route("/fn/{*function}", any(StatusCode::NOT_FOUND))
        .merge(no_services())
        .method_not_allowed_fallback(errors::not_found)
        .layer(errors::as_pages())
        .layer(middleware::from_fn(functions::guard))
        .layer(middleware::from_fn(headers::set))
        .with_state(state)
}

/// The paths of the services' interface that no service has: the ingress sends
/// here whatever it sends nowhere else.
fn no_services() -> Router<AppState> {
    let not_found = || any(|| async { ApiError::NotFound });
    ["/api", "/api/", "/api/{*path}"].into_iter().fold(Router::new(), |router, path| router.route(path, not_found()))
}

fn context(state: &AppState) -> impl Fn() + Clone + Send + Sync + 'static {
    let (api, secure, policy) = (state.api.clone(), state.secure, state.policy.clone());
    move || {
        provide_context(api.clone());
        provide_context(secure);
        provide_context(policy.clone());
    }
}

/// The origin of Stripe.js.
fn stripe(script: &Uri) -> String {
    format!("{}://{}", script.scheme_str().unwrap_or("https"), script.authority().map_or("", |host| host.as_str()))
}
