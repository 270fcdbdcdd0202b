//! `/v1/refunds`.

use axum::{
    Extension, Json,
    extract::{Path, State},
};

use super::Shown;
use crate::{error::ApiError, models::Refund, params::Params, state::Standin};

pub(super) async fn create(standin: State<Standin>, params: Extension<Params>) -> Shown {
    Ok(Json(standin.change(|store| store.refund(&params))?.show()))
}

pub(super) async fn retrieve(standin: State<Standin>, id: Path<String>) -> Shown {
    let refund = standin.read(|store| store.get::<Refund>(id.as_str()).cloned());
    refund.map(|refund| Json(refund.show())).ok_or_else(|| ApiError::not_found("refund", &id))
}
