use axum::{Json, extract::State};
use common::{
    api::users::{Credentials, User},
    error::ApiError,
    extract::Body,
    openapi::{NotJson, TooManyRequests},
    session::SessionIssuer,
};
use tower_cookies::Cookies;

use crate::{
    limiter::Limited,
    models::{Account, Users},
    passwords::Passwords,
};

/// Signs in.
#[utoipa::path(
    post,
    path = "/api/users/signin",
    request_body = Credentials,
    responses((status = 200, description = "The account", body = User, headers(("Set-Cookie" = String, description = "The session"))), NotJson, TooManyRequests),
)]
pub(super) async fn signin(
    _: Limited,
    State(users): State<Users>,
    State(passwords): State<Passwords>,
    State(sessions): State<SessionIssuer>,
    cookies: Cookies,
    Body(fields): Body,
) -> Result<Json<User>, ApiError> {
    let credentials = Credentials::for_signin(&fields)?;
    let account = account(&users, &passwords, &credentials).await?;
    let Account { user, session_version, .. } = account.ok_or_else(|| ApiError::bad_request("Invalid credentials"))?;
    cookies.add(sessions.begin_at(&user, session_version).map_err(ApiError::internal)?);
    Ok(Json(user))
}

/// The account with these credentials.
async fn account(
    users: &Users,
    passwords: &Passwords,
    Credentials { email, password }: &Credentials,
) -> Result<Option<Account>, ApiError> {
    let account = users.find_by_email(email).await?;
    let hash = account.as_ref().map(|account| account.password_hash.clone());
    let matches = passwords.verify(password, hash).await.map_err(ApiError::internal)?;
    Ok(account.filter(|_| matches))
}
