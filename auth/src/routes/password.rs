use axum::{Json, extract::State};
use common::{
    api::{
        FieldError,
        users::{PasswordChange, User},
    },
    error::ApiError,
    extract::{Body, CurrentUser},
    openapi::{NotJson, TooManyRequests},
    session::SessionIssuer,
};
use tower_cookies::Cookies;

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
    let account = users.find(&user.id).await?.ok_or(ApiError::NotAuthorized)?;
    let hash = Some(account.password_hash.clone());
    let wrong = || ApiError::from(vec![FieldError::new("password", "The password is wrong")]);
    if !passwords.verify(&change.password, hash).await.map_err(ApiError::internal)? {
        return Err(wrong());
    }
    let hash = passwords.hash(&change.new_password).await.map_err(ApiError::internal)?;
    // Another change was faster: the present password is another one.
    let changed = users.change_password(&account, &hash).await?.ok_or_else(wrong)?;
    cookies.add(sessions.begin_at(&account.user, changed.session_version).map_err(ApiError::internal)?);
    ended.add(changed);
    Ok(Json(account.user))
}
