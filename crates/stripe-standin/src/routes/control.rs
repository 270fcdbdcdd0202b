//! The control endpoints for tests and audits. They need no key.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;

use super::Shown;
use crate::{ledger::Ledger, models::DisputeStatus, options::Webhook, state::Standin, store::Store, switches::Switch};

pub(super) async fn ledger(standin: State<Standin>) -> Json<Ledger> {
    Json(standin.read(Store::ledger))
}

pub(super) async fn switches(standin: State<Standin>) -> Json<Vec<Switch>> {
    Json(standin.switches().list())
}

pub(super) async fn switch(standin: State<Standin>, Json(switch): Json<Switch>) -> Json<Vec<Switch>> {
    standin.switches().set(switch);
    Json(standin.switches().list())
}

pub(super) async fn reset(standin: State<Standin>) -> StatusCode {
    standin.switches().reset();
    StatusCode::NO_CONTENT
}

pub(super) async fn set_webhook(standin: State<Standin>, Json(webhook): Json<Webhook>) -> StatusCode {
    standin.set_webhook(Some(webhook));
    StatusCode::NO_CONTENT
}

pub(super) async fn unset_webhook(standin: State<Standin>) -> StatusCode {
    standin.set_webhook(None);
    StatusCode::NO_CONTENT
}

/// The cardholder's response to a 3DS challenge.
#[derive(Deserialize)]
pub(super) struct Authentication {
    success: bool,
}

pub(super) async fn authenticate(
    standin: State<Standin>,
    id: Path<String>,
    Json(answer): Json<Authentication>,
) -> Shown {
    let intent = standin.change(|store| store.authenticate(&id, answer.success))?;
    standin.saved().await;
    Ok(Json(intent.show()))
}

/// A cardholder's dispute or their bank's decision.
#[derive(Deserialize)]
pub(super) struct Disputed {
    status: DisputeStatus,
}

pub(super) async fn dispute(standin: State<Standin>, id: Path<String>, Json(disputed): Json<Disputed>) -> Shown {
    let dispute = standin.change(|store| store.dispute(&id, disputed.status))?;
    standin.saved().await;
    Ok(Json(dispute.show()))
}
