use axum::{Json, extract::State, http::StatusCode};
use common::{
    api::{
        FieldError,
        users::{Credentials, User},
    },
    error::ApiError,
    extract::Body,
    openapi::{NotJson, TooManyRequests},
    session::SessionIssuer,
};
use tower_cookies::Cookies;

use crate::{
    limiter::Limited,
    models::{SignUpRefused, Users},
    passwords::Passwords,
};

/// Creates an account and signs in.
#[utoipa::path(
    post,
    path = "/api/users/signup",
    request_body = Credentials,
    responses((status = 201, description = "The account", body = User, headers(("Set-Cookie" = String, description = "The session"))), NotJson, TooManyRequests),
)]
pub(super) async fn signup(
    _: Limited,
    State(users): State<Users>,
    State(passwords): State<Passwords>,
    State(sessions): State<SessionIssuer>,
    cookies: Cookies,
    Body(fields): Body,
) -> Result<(StatusCode, Json<User>), ApiError> {
    let Credentials { email, password } = Credentials::for_signup(&fields)?;
    let hash = passwords.hash(&password).await.map_err(ApiError::internal)?;
    let user = users.create(&email, hash).await.map_err(refusal)?;
    cookies.add(sessions.begin(&user).map_err(ApiError::internal)?);
    Ok((StatusCode::CREATED, Json(user)))
}

fn refusal(refused: SignUpRefused) -> ApiError {
    match refused {
        SignUpRefused::EmailInUse => vec![FieldError::new("email", "Email in use")].into(),
        SignUpRefused::Store(error) => error.into(),
    }
}
