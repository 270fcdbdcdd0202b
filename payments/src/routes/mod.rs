//! The paths.

mod config;
mod create;
mod webhook;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::AppState;

/// The service's whole HTTP interface, and its description.
pub fn router(state: AppState) -> OpenApiRouter {
    OpenApiRouter::default()
        .routes(routes!(create::create))
        .routes(routes!(config::config))
        .routes(routes!(webhook::webhook))
        .with_state(state)
}
