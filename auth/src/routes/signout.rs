use axum::{Json, extract::State};
use common::session::SessionIssuer;
use serde_json::{Value, json};
use tower_cookies::Cookies;

/// Signs out. Signing out again changes nothing.
#[utoipa::path(
    post,
    path = "/api/users/signout",
    responses((status = 200, description = "An empty object", body = Object, headers(("Set-Cookie" = String, description = "Removes the session's cookies")))),
)]
pub(super) async fn signout(State(sessions): State<SessionIssuer>, cookies: Cookies) -> Json<Value> {
    for cookie in sessions.end() {
        cookies.add(cookie);
    }
    Json(json!({}))
}
