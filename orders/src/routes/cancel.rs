use axum::{extract::State, http::StatusCode};
use common::{
    api::OrderId,
    error::ApiError,
    extract::{CurrentUser, RawId},
    openapi::NotFound,
};

use super::own;
use crate::models::Orders;

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
    orders.cancel(&order.id).await?;
    Ok(StatusCode::NO_CONTENT)
}
