use axum::{Json, extract::State};
use common::{api::users::CurrentUserBody, extract::CurrentUser};

use crate::ended::Ended;

/// Shows who is signed in.
#[utoipa::path(
    get,
    path = "/api/users/currentuser",
    responses((status = 200, description = "The account, or null", body = CurrentUserBody)),
)]
pub(super) async fn currentuser(
    State(ended): State<Ended>,
    current_user: Option<CurrentUser>,
) -> Json<CurrentUserBody> {
    Json(CurrentUserBody { current_user: current_user.filter(|user| ended.check(user).is_ok()) })
}
