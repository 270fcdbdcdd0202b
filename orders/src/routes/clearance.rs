use axum::{Json, extract::State};
use common::{
    api::users::Clearance,
    error::ApiError,
    extract::CurrentUser,
    session::{Keeper, Sessions},
};

use crate::models::Orders;

/// States that nothing of the buyer is open here, so that auth may delete the account. Refused
/// while something is.
#[utoipa::path(
    post,
    path = "/api/orders/clearance",
    responses((status = 200, description = "The statement, which holds for a minute", body = Clearance)),
    security(("session" = [])),
)]
pub(super) async fn clearance(
    State(orders): State<Orders>,
    State(sessions): State<Sessions>,
    buyer: CurrentUser,
) -> Result<Json<Clearance>, ApiError> {
    if orders.holds_a_ticket(&buyer.id).await? {
        return Err(ApiError::bad_request("You hold a ticket that is not paid"));
    }
    let clearance = sessions.clear(Keeper::Orders, &buyer.id).map_err(ApiError::internal)?;
    Ok(Json(Clearance { clearance }))
}
