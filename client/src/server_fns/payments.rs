use common::api::payments::{Payment, PaymentConfig};
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::answer::Answer;
#[cfg(feature = "ssr")]
use crate::api::{Service::Payments, Visitor};

/// What the page needs to take cards.
#[server(endpoint = "payment-config", input = GetUrl)]
pub async fn card_config() -> Result<Answer<PaymentConfig>, ServerFnError> {
    Ok(async { Visitor::current()?.get(Payments, "/api/payments/config").await }.await)
}

/// Pays an order. To be repeated as it is after the bank has asked the
/// cardholder, and whenever its outcome is not known: nothing is charged twice.
#[server(endpoint = "pay")]
pub async fn pay(order: String, payment_method: String) -> Result<Answer<Payment>, ServerFnError> {
    let request = serde_json::json!({ "orderId": order, "token": payment_method });
    Ok(async { Visitor::current()?.post(Payments, "/api/payments", &request).await }.await)
}
