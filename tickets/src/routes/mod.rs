//! The paths.

mod clearance;
mod create;
mod handover;
mod list;
mod mine;
mod selling;
mod show;
mod update;
mod withdraw;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::AppState;

/// The service's whole HTTP interface, and its description.
pub fn router(state: AppState) -> OpenApiRouter {
    OpenApiRouter::default()
        .routes(routes!(list::list, create::create))
        .routes(routes!(mine::mine))
        .routes(routes!(selling::summary))
        .routes(routes!(clearance::clearance))
        .routes(routes!(selling::seller))
        .routes(routes!(show::show, update::update, withdraw::withdraw))
        .routes(routes!(handover::show, handover::deposit))
        .with_state(state)
}
