//! `/v1/payment_intents`.

use axum::{
    Extension, Json,
    extract::{Path, State},
};
use serde_json::Value;

use super::Shown;
use crate::{call::Caller, error::ApiError, models::PaymentIntent, params::Params, state::Standin};

pub(super) async fn create(standin: State<Standin>, params: Extension<Params>) -> Shown {
    let minimum = standin.minimum_amount();
    Ok(Json(standin.change(|store| store.create_intent(&params, minimum))?.show()))
}

pub(super) async fn retrieve(
    standin: State<Standin>,
    Extension(caller): Extension<Caller>,
    params: Extension<Params>,
    id: Path<String>,
) -> Shown {
    let expand = caller == Caller::Server && params.list("expand").iter().any(|field| field == "latest_charge");
    standin.read(|store| {
        let intent = store.intent(&id)?;
        caller.check_secret(intent, &params)?;
        if expand {
            return Ok(Json(intent.show_with_charge(store.latest_charge(intent))));
        }
        Ok(rendered_for(caller, intent))
    })
}

pub(super) async fn confirm(standin: State<Standin>, params: Extension<Params>, id: Path<String>) -> Shown {
    Ok(Json(standin.change(|store| store.confirm(&id, &params))?.show()))
}

pub(super) async fn cancel(standin: State<Standin>, params: Extension<Params>, id: Path<String>) -> Shown {
    Ok(Json(standin.change(|store| store.cancel(&id, &params))?.show()))
}

/// The cardholder's response in the 3DS dialog: `outcome` is `authenticated` or `failed`.
pub(super) async fn authenticate(
    standin: State<Standin>,
    Extension(caller): Extension<Caller>,
    params: Extension<Params>,
    id: Path<String>,
) -> Shown {
    let success = match params.required("outcome")? {
        "authenticated" => true,
        "failed" => false,
        _ => return Err(ApiError::invalid("The outcome is authenticated or failed.").param("outcome")),
    };
    let intent = standin.change(|store| {
        caller.check_secret(store.intent(&id)?, &params)?;
        store.authenticate(&id, success)
    })?;
    Ok(rendered_for(caller, &intent))
}

fn rendered_for(caller: Caller, intent: &PaymentIntent) -> Json<Value> {
    Json(match caller {
        Caller::Server => intent.show(),
        Caller::Page => intent.show_to_page(),
    })
}
