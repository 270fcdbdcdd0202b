use axum::{extract::State, http::StatusCode};
use common::{
    error::ApiError,
    extract::{CurrentUser, RawId},
};

use super::own;
use crate::models::{CancelRefused, Orders};

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
