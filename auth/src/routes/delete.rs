use axum::{extract::State, http::StatusCode};
use common::{
    api::users::AccountDeletion,
    error::ApiError,
    extract::{Body, CurrentUser},
    openapi::{NotJson, TooManyRequests},
    session::{Keeper, SessionIssuer, Sessions},
};
use tower_cookies::Cookies;

use super::{verified, wrong_password};
use crate::{ended::Ended, limiter::Limited, models::Users, passwords::Passwords};

/// Deletes the account, of which nothing is open: tickets and orders have to state so. Its
/// sessions end here; services that only verify tokens accept theirs until they expire.
#[utoipa::path(
    post,
    path = "/api/users/delete",
    request_body = AccountDeletion,
    responses((status = 204, description = "The account is deleted, the cookies are cleared"), NotJson, TooManyRequests),
    security(("session" = [])),
)]
#[allow(clippy::too_many_arguments, reason = "each is an extractor")]
pub(super) async fn delete(
    _: Limited,
    State(users): State<Users>,
    State(passwords): State<Passwords>,
    State(sessions): State<Sessions>,
    State(issuer): State<SessionIssuer>,
    State(ended): State<Ended>,
    user: CurrentUser,
    cookies: Cookies,
    Body(fields): Body,
) -> Result<StatusCode, ApiError> {
    ended.check(&user)?;
    let deletion = AccountDeletion::parse(&fields)?;
    let account = verified(&users, &passwords, &user.id, &deletion.password).await?;
    let statements = [(Keeper::Tickets, &deletion.tickets), (Keeper::Orders, &deletion.orders)];
    if !statements.into_iter().all(|(keeper, statement)| sessions.is_cleared(keeper, &user.id, statement)) {
        return Err(ApiError::bad_request("Tickets and orders must state that nothing of the account is open"));
    }
    ended.add(users.delete(&account).await?.ok_or_else(wrong_password)?);
    for cookie in issuer.end() {
        cookies.add(cookie);
    }
    Ok(StatusCode::NO_CONTENT)
}
