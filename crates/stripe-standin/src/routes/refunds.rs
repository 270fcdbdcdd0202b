//! `/v1/refunds`.

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
    let refund = standin.change(|store| store.refund(&params))?;
    Ok(Json(refund.show()))
}

pub(super) async fn retrieve(State(standin): State<Standin>, Path(id): Path<String>) -> Result<Json<Value>, ApiError> {
    let refund = standin.read(|store| store.refunds.get(&id).cloned());
    refund.map(|refund| Json(refund.show())).ok_or_else(|| ApiError::not_found("refund", &id))
}
