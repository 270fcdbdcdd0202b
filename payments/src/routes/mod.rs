//! The paths.

mod config;
mod create;
mod webhook;

use axum::{
    Router,
    routing::{get, post},
};

use crate::AppState;

/// The service's whole HTTP interface.
pub fn router(state: AppState) -> Router {
    Router::new()
        .route("/api/payments", post(create::create))
        .route("/api/payments/config", get(config::config))
        .route("/api/payments/webhook", post(webhook::webhook))
        .with_state(state)
}
