use common::api::payments::{Payment, PaymentConfig};
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::answer::Reply;
#[cfg(feature = "ssr")]
use crate::{api, config::Service::Payments};

/// The configuration of the card form.
#[server(endpoint = "payment-config", input = GetUrl)]
pub async fn card_config() -> Reply<PaymentConfig> {
    Ok(api::get(Payments, "/api/payments/config").await)
}

/// Pays an order. Idempotent: to be repeated after the bank has authenticated the
/// cardholder, and while the outcome is unknown.
#[server(endpoint = "pay")]
pub async fn pay(order: String, payment_method: String) -> Reply<Payment> {
    let request = serde_json::json!({ "orderId": order, "token": payment_method });
    Ok(api::post(Payments, "/api/payments", request).await)
}
