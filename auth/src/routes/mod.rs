//! The paths.

mod currentuser;
mod delete;
mod password;
mod signin;
mod signout;
mod signup;

use common::{
    api::{FieldError, UserId},
    error::ApiError,
    text::Password,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    AppState,
    models::{Account, Users},
    passwords::Passwords,
};

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

/// The account of a user who is signed in and has given its password.
async fn verified(
    users: &Users,
    passwords: &Passwords,
    user: &UserId,
    password: &Password,
) -> Result<Account, ApiError> {
    let account = users.find(user).await?.ok_or(ApiError::NotAuthorized)?;
    let hash = Some(account.password_hash.clone());
    if passwords.verify(password, hash).await.map_err(ApiError::internal)? {
        Ok(account)
    } else {
        Err(wrong_password())
    }
}

fn wrong_password() -> ApiError {
    vec![FieldError::new("password", "The password is wrong")].into()
}
