use axum::{Json, extract::State};
use common::session::SessionIssuer;
use serde_json::{Value, json};
use tower_cookies::Cookies;

pub(super) async fn signout(State(sessions): State<SessionIssuer>, cookies: Cookies) -> Json<Value> {
    for cookie in sessions.end() {
        cookies.add(cookie);
    }
    Json(json!({}))
}
