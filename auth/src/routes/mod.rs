//! The paths.

mod currentuser;
mod delete;
mod password;
mod signin;
mod signout;
mod signup;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::AppState;

/// The service's whole HTTP interface, and its description.
pub fn router(state: AppState) -> OpenApiRouter {
    OpenApiRouter::default()
        .routes(routes!(signup::signup))
        .routes(routes!(signin::signin))
        .routes(routes!(signout::signout))
        .routes(routes!(password::password))
        .routes(routes!(delete::delete))
        .routes(routes!(currentuser::currentuser))
        .with_state(state)
}
