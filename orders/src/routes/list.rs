use axum::{Json, extract::State};
use common::{api::orders::Order, error::ApiError, extract::CurrentUser};

use crate::models::Orders;

pub(super) async fn list(State(orders): State<Orders>, buyer: CurrentUser) -> Result<Json<Vec<Order>>, ApiError> {
    Ok(Json(orders.of_buyer(&buyer.id).await?))
}
