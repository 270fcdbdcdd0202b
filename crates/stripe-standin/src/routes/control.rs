//! What a test or an audit asks of the stand-in itself. No key is needed.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    error::ApiError, ledger::Ledger, models::DisputeStatus, options::Webhook, state::Standin, store::Store,
    switches::Switch,
};

pub(super) async fn ledger(State(standin): State<Standin>) -> Json<Ledger> {
    Json(standin.read(Store::ledger))
}

pub(super) async fn switches(State(standin): State<Standin>) -> Json<Vec<Switch>> {
    Json(standin.switches().list())
}

pub(super) async fn switch(State(standin): State<Standin>, Json(switch): Json<Switch>) -> Json<Vec<Switch>> {
    standin.switches().set(switch);
    Json(standin.switches().list())
}

pub(super) async fn reset(State(standin): State<Standin>) -> StatusCode {
    standin.switches().reset();
    StatusCode::NO_CONTENT
}

pub(super) async fn set_webhook(State(standin): State<Standin>, Json(webhook): Json<Webhook>) -> StatusCode {
    standin.set_webhook(Some(webhook));
    StatusCode::NO_CONTENT
}

pub(super) async fn unset_webhook(State(standin): State<Standin>) -> StatusCode {
    standin.set_webhook(None);
    StatusCode::NO_CONTENT
}

/// The cardholder's answer to a 3DS challenge.
#[derive(Deserialize)]
pub(super) struct Authentication {
    success: bool,
}

pub(super) async fn authenticate(
    State(standin): State<Standin>,
    Path(id): Path<String>,
    Json(answer): Json<Authentication>,
) -> Result<Json<Value>, ApiError> {
    let intent = standin.change(|store| store.authenticate(&id, answer.success))?;
    standin.saved().await;
    Ok(Json(intent.show()))
}

/// What a cardholder's bank says about a payment.
#[derive(Deserialize)]
pub(super) struct Disputed {
    status: DisputeStatus,
}

pub(super) async fn dispute(
    State(standin): State<Standin>,
    Path(id): Path<String>,
    Json(disputed): Json<Disputed>,
) -> Result<Json<Value>, ApiError> {
    let dispute = standin.change(|store| store.dispute(&id, disputed.status))?;
    standin.saved().await;
    Ok(Json(dispute.show()))
}
