//! The paths.

mod create;
mod list;
mod mine;
mod show;
mod update;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::AppState;

/// The service's whole HTTP interface, and its description.
pub fn router(state: AppState) -> OpenApiRouter {
    OpenApiRouter::default()
        .routes(routes!(list::list, create::create))
        .routes(routes!(mine::mine))
        .routes(routes!(show::show, update::update))
        .with_state(state)
}
