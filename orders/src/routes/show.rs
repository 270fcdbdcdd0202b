use axum::{Json, extract::State};
use common::{
    api::orders::Order,
    error::ApiError,
    extract::{CurrentUser, RawId},
};

use super::own;
use crate::models::Orders;

pub(super) async fn show(
    State(orders): State<Orders>,
    buyer: CurrentUser,
    RawId(id): RawId,
) -> Result<Json<Order>, ApiError> {
    Ok(Json(own(&orders, &buyer, &id).await?))
}
