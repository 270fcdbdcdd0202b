use axum::{extract::State, http::StatusCode};
use common::{
    api::OrderId,
    error::ApiError,
    extract::{CurrentUser, RawId},
    openapi::NotFound,
};

use super::own;
use crate::models::{CancelRefused, Orders};

/// Cancels an order. Cancelling again changes nothing.
#[utoipa::path(
    delete,
    path = "/api/orders/{id}",
    params(("id" = OrderId, Path)),
    responses((status = 204, description = "The order is cancelled"), NotFound),
    security(("session" = [])),
)]
pub(super) async fn cancel(
    State(orders): State<Orders>,
    buyer: CurrentUser,
    RawId(id): RawId,
) -> Result<StatusCode, ApiError> {
    let order = own(&orders, &buyer, &id).await?;
    orders.cancel(&order.id).await.map_err(refusal)?;
    Ok(StatusCode::NO_CONTENT)
}

fn refusal(refused: CancelRefused) -> ApiError {
    match refused {
        CancelRefused::Complete => ApiError::bad_request("Cannot cancel a completed order"),
        CancelRefused::Store(error) => error.into(),
    }
}
