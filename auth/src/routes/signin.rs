use axum::{Json, extract::State};
use common::{
    api::users::{Credentials, User},
    error::ApiError,
    extract::Body,
    session::Sessions,
};
use tower_cookies::Cookies;

use crate::{limiter::Limited, models::Users, passwords::Passwords};

pub(super) async fn signin(
    _: Limited,
    State(users): State<Users>,
    State(passwords): State<Passwords>,
    State(sessions): State<Sessions>,
    cookies: Cookies,
    Body(fields): Body,
) -> Result<Json<User>, ApiError> {
    let Credentials { email, password } = Credentials::for_signin(&fields)?;
    let (user, hash) = users.find_by_email(&email).await?.unzip();
    let right = passwords.verify(password, hash).await.map_err(ApiError::internal)?;
    let user = user.filter(|_| right).ok_or_else(|| ApiError::bad_request("Invalid credentials"))?;
    cookies.add(sessions.begin(&user).map_err(ApiError::internal)?);
    Ok(Json(user))
}
