//! The paths.

mod currentuser;
mod signin;
mod signout;
mod signup;

use axum::{
    Router,
    routing::{get, post},
};

use crate::AppState;

/// The service's whole HTTP interface.
pub fn router(state: AppState) -> Router {
    Router::new()
        .route("/api/users/signup", post(signup::signup))
        .route("/api/users/signin", post(signin::signin))
        .route("/api/users/signout", post(signout::signout))
        .route("/api/users/currentuser", get(currentuser::currentuser))
        .with_state(state)
}
