use axum::{extract::State, http::StatusCode};
use common::{
    error::ApiError,
    extract::{CurrentUser, RawId},
};

use super::own;
use crate::models::Orders;

pub(super) async fn cancel(
    State(orders): State<Orders>,
    buyer: CurrentUser,
    RawId(id): RawId,
) -> Result<StatusCode, ApiError> {
    let order = own(&orders, &buyer, &id).await?;
    orders.cancel(&order.id).await?;
    Ok(StatusCode::NO_CONTENT)
}
