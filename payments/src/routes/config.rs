use axum::{Json, extract::State};
use common::api::payments::PaymentConfig;

use crate::config::StripeConfig;

pub(super) async fn config(State(stripe): State<StripeConfig>) -> Json<PaymentConfig> {
    Json(PaymentConfig { publishable_key: stripe.publishable_key, script_url: stripe.js_url })
}
