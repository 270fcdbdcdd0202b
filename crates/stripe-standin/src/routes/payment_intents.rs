//! `/v1/payment_intents`.

use axum::{
    Extension, Json,
    extract::{Path, State},
};
use serde_json::Value;

use crate::{call::Caller, error::ApiError, models::PaymentIntent, params::Params, state::Standin};

pub(super) async fn create(
    State(standin): State<Standin>,
    Extension(params): Extension<Params>,
) -> Result<Json<Value>, ApiError> {
    let minimum = standin.minimum_amount();
    let intent = standin.change(|store| store.create_intent(&params, minimum))?;
    Ok(Json(intent.show()))
}

pub(super) async fn retrieve(
    State(standin): State<Standin>,
    Extension(caller): Extension<Caller>,
    Extension(params): Extension<Params>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let expand = caller == Caller::Server && params.list("expand").iter().any(|field| field == "latest_charge");
    standin.read(|store| {
        let intent = store.intent(&id)?;
        caller.check_secret(intent, &params)?;
        if expand {
            return Ok(Json(intent.show_with_charge(store.latest_charge(intent))));
        }
        Ok(shown_to(caller, intent))
    })
}

pub(super) async fn confirm(
    State(standin): State<Standin>,
    Extension(params): Extension<Params>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let intent = standin.change(|store| store.confirm(&id, &params))?;
    Ok(Json(intent.show()))
}

pub(super) async fn cancel(
    State(standin): State<Standin>,
    Extension(params): Extension<Params>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let intent = standin.change(|store| store.cancel(&id, &params))?;
    Ok(Json(intent.show()))
}

/// The cardholder's choice in the 3DS dialog: `outcome` is `authenticated` or `failed`.
pub(super) async fn authenticate(
    State(standin): State<Standin>,
    Extension(caller): Extension<Caller>,
    Extension(params): Extension<Params>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let success = match params.required("outcome")? {
        "authenticated" => true,
        "failed" => false,
        _ => return Err(ApiError::invalid("The outcome is authenticated or failed.").param("outcome")),
    };
    let intent = standin.change(|store| {
        caller.check_secret(store.intent(&id)?, &params)?;
        store.authenticate(&id, success)
    })?;
    Ok(shown_to(caller, &intent))
}

fn shown_to(caller: Caller, intent: &PaymentIntent) -> Json<Value> {
    Json(match caller {
        Caller::Server => intent.show(),
        Caller::Page => intent.show_to_page(),
    })
}
