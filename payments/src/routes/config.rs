use axum::{Json, extract::State};
use common::api::payments::PaymentConfig;

use crate::config::StripeConfig;

/// Tells pages what Stripe.js needs.
#[utoipa::path(
    get,
    path = "/api/payments/config",
    responses((status = 200, description = "Stripe's settings for pages", body = PaymentConfig)),
)]
pub(super) async fn config(State(stripe): State<StripeConfig>) -> Json<PaymentConfig> {
    Json(PaymentConfig { publishable_key: stripe.publishable_key, script_url: stripe.js_url })
}
