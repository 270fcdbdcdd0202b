use axum::{Json, extract::State};
use common::{
    api::users::{PasswordChange, User},
    error::ApiError,
    extract::{Body, CurrentUser},
    openapi::{NotJson, TooManyRequests},
    session::SessionIssuer,
};
use tower_cookies::Cookies;

use super::{verified, wrong_password};
use crate::{ended::Ended, limiter::Limited, models::Users, passwords::Passwords};

/// Changes the password and ends all other sessions here. Services that only verify
/// tokens accept theirs until they expire.
#[utoipa::path(
    post,
    path = "/api/users/password",
    request_body = PasswordChange,
    responses((status = 200, description = "The account", body = User, headers(("Set-Cookie" = String, description = "A new session"))), NotJson, TooManyRequests),
    security(("session" = [])),
)]
#[allow(clippy::too_many_arguments, reason = "each is an extractor")]
pub(super) async fn password(
    _: Limited,
    State(users): State<Users>,
    State(passwords): State<Passwords>,
    State(sessions): State<SessionIssuer>,
    State(ended): State<Ended>,
    user: CurrentUser,
    cookies: Cookies,
    Body(fields): Body,
) -> Result<Json<User>, ApiError> {
    ended.check(&user)?;
    let change = PasswordChange::parse(&fields)?;
    let account = verified(&users, &passwords, &user.id, &change.password).await?;
    let hash = passwords.hash(&change.new_password).await.map_err(ApiError::internal)?;
    // Another change was faster: the present password is another one.
    let changed = users.change_password(&account, &hash).await?.ok_or_else(wrong_password)?;
    cookies.add(sessions.begin_at(&account.user, changed.session_version).map_err(ApiError::internal)?);
    ended.add(changed);
    Ok(Json(account.user))
}
