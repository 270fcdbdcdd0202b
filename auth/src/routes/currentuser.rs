use axum::Json;
use common::{api::users::CurrentUserBody, extract::CurrentUser};

pub(super) async fn currentuser(current_user: Option<CurrentUser>) -> Json<CurrentUserBody> {
    Json(CurrentUserBody { current_user })
}
