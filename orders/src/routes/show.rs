use axum::{Json, extract::State};
use common::{
    api::{OrderId, orders::Order},
    error::ApiError,
    extract::{CurrentUser, RawId},
    openapi::NotFound,
};

use super::own;
use crate::models::Orders;

/// Shows one of the buyer's orders.
#[utoipa::path(
    get,
    path = "/api/orders/{id}",
    params(("id" = OrderId, Path)),
    responses((status = 200, description = "The order", body = Order), NotFound),
    security(("session" = [])),
)]
pub(super) async fn show(
    State(orders): State<Orders>,
    buyer: CurrentUser,
    RawId(id): RawId,
) -> Result<Json<Order>, ApiError> {
    Ok(Json(own(&orders, &buyer, &id).await?))
}
