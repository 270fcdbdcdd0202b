//! The paths.

mod create;
mod list;
mod mine;
mod show;
mod update;

use axum::{
    Router,
    routing::{get, post, put},
};

use crate::AppState;

/// The service's whole HTTP interface.
pub fn router(state: AppState) -> Router {
    Router::new()
        .route("/api/tickets", get(list::list))
        .route("/api/tickets", post(create::create))
        .route("/api/tickets/mine", get(mine::mine))
        .route("/api/tickets/{id}", get(show::show))
        .route("/api/tickets/{id}", put(update::update))
        .with_state(state)
}
