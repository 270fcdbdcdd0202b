use axum::Json;
use common::{api::users::CurrentUserBody, extract::CurrentUser};

/// Shows who is signed in.
#[utoipa::path(
    get,
    path = "/api/users/currentuser",
    responses((status = 200, description = "The account, or null", body = CurrentUserBody)),
)]
pub(super) async fn currentuser(current_user: Option<CurrentUser>) -> Json<CurrentUserBody> {
    Json(CurrentUserBody { current_user })
}
