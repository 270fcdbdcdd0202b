//! `/v1/payment_methods` and `/v1/tokens`.

use axum::{
    Extension, Json,
    extract::{Path, State},
};

use super::Shown;
use crate::{error::ApiError, params::Params, state::Standin};

pub(super) async fn create(standin: State<Standin>, params: Extension<Params>) -> Shown {
    Ok(Json(standin.change(|store| store.create_payment_method(&params))?.show()))
}

pub(super) async fn create_token(standin: State<Standin>, params: Extension<Params>) -> Shown {
    Ok(Json(standin.change(|store| store.create_token(&params))?.show()))
}

pub(super) async fn retrieve(standin: State<Standin>, id: Path<String>) -> Shown {
    let method = standin.read(|store| store.payment_method(&id));
    method.map(|method| Json(method.show())).map_err(|_| ApiError::not_found("PaymentMethod", &id))
}
