//! `/v1/payment_methods` and `/v1/tokens`.

use axum::{
    Extension, Json,
    extract::{Path, State},
};
use serde_json::Value;

use crate::{error::ApiError, params::Params, state::Standin};

pub(super) async fn create(
    State(standin): State<Standin>,
    Extension(params): Extension<Params>,
) -> Result<Json<Value>, ApiError> {
    let method = standin.change(|store| store.create_payment_method(&params))?;
    Ok(Json(method.show()))
}

pub(super) async fn create_token(
    State(standin): State<Standin>,
    Extension(params): Extension<Params>,
) -> Result<Json<Value>, ApiError> {
    let token = standin.change(|store| store.create_token(&params))?;
    Ok(Json(token.show()))
}

pub(super) async fn retrieve(State(standin): State<Standin>, Path(id): Path<String>) -> Result<Json<Value>, ApiError> {
    let method = standin.read(|store| store.payment_method(&id));
    method.map(|method| Json(method.show())).map_err(|_| ApiError::not_found("PaymentMethod", &id))
}
