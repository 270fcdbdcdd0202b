//! All paths.

mod control;
mod payment_intents;
mod payment_methods;
mod refunds;
mod script;

use axum::{
    Json, Router,
    http::{Method, Uri},
    middleware,
    routing::{get, post},
};
use serde_json::Value;
use tower_http::cors::{AllowHeaders, Any, CorsLayer};

use crate::{call, error::ApiError, state::Standin};

/// A rendered object.
type Shown = Result<Json<Value>, ApiError>;

/// The whole API.
pub(crate) fn router(standin: Standin) -> Router {
    Router::new().merge(pages(&standin)).merge(servers(&standin)).merge(control()).fallback(unknown).with_state(standin)
}

/// The operations that Stripe.js calls from other origins, and Stripe.js itself.
fn pages(standin: &Standin) -> Router<Standin> {
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        // `*` would not cover Authorization.
        .allow_headers(AllowHeaders::mirror_request());
    Router::new()
        .route("/v1/payment_methods", post(payment_methods::create))
        .route("/v1/tokens", post(payment_methods::create_token))
        .route("/v1/payment_intents/{id}", get(payment_intents::retrieve))
        .route("/v1/payment_intents/{id}/authenticate", post(payment_intents::authenticate))
        .layer(middleware::from_fn_with_state(standin.clone(), call::answer))
        .layer(cors)
        .route("/v3/", get(script::show))
        .route("/v3", get(script::show))
        .route("/stripe.js", get(script::show))
}

/// The operations for servers only.
fn servers(standin: &Standin) -> Router<Standin> {
    Router::new()
        .route("/v1/payment_methods/{id}", get(payment_methods::retrieve))
        .route("/v1/payment_intents", post(payment_intents::create))
        .route("/v1/payment_intents/{id}/confirm", post(payment_intents::confirm))
        .route("/v1/payment_intents/{id}/cancel", post(payment_intents::cancel))
        .route("/v1/refunds", post(refunds::create))
        .route("/v1/refunds/{id}", get(refunds::retrieve))
        .layer(middleware::from_fn_with_state(standin.clone(), call::answer))
}

/// Control endpoints, which Stripe does not have.
fn control() -> Router<Standin> {
    Router::new()
        .route("/_ledger", get(control::ledger))
        .route("/_switches", get(control::switches).post(control::switch).delete(control::reset))
        .route("/_webhook", post(control::set_webhook).delete(control::unset_webhook))
        .route("/_authenticate/{id}", post(control::authenticate))
        .route("/_dispute/{id}", post(control::dispute))
        .route("/healthz", get(|| async { "ok" }))
}

async fn unknown(method: Method, uri: Uri) -> ApiError {
    ApiError::unknown_url(&method, &uri)
}
