use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use common::{api::OrderId, clock::Clock, error::ApiError, extract::RawBody};
use serde_json::{Value, json};
use stripe_shared::{Dispute, PaymentIntent, PaymentIntentId};
use stripe_types::Expandable;
use stripe_webhook::{Event, EventObject, Webhook, WebhookError};

use crate::{config::StripeConfig, gateway::Intent, models::Payments};

/// Receives Stripe's webhook events. An event only schedules the reconciliation of a
/// payment; its contents are not trusted to be current. A resent event schedules it again.
#[utoipa::path(
    post,
    path = "/api/payments/webhook",
    params(("Stripe-Signature" = String, Header, description = "Stripe's signature of the body")),
    request_body(content = Object, description = "Stripe's event, of any content type"),
    responses((status = 200, description = "Received", body = Object)),
)]
pub(super) async fn webhook(
    State(stripe): State<StripeConfig>,
    State(clock): State<Clock>,
    State(payments): State<Payments>,
    headers: HeaderMap,
    RawBody(body): RawBody,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let signature = headers.get("stripe-signature").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let received = (StatusCode::OK, Json(json!({ "received": true })));
    let now = clock.now().timestamp();
    let event = match Webhook::construct_event_with_timestamp(&body, signature, &stripe.webhook_secret, now) {
        Ok(event) => event,
        // Signed by Stripe, but of an unknown kind: a retry would not help.
        Err(WebhookError::BadParse(reason)) => {
            tracing::info!(reason, "a webhook event was ignored");
            return Ok(received);
        }
        Err(error) => return Err(ApiError::bad_request(format!("Webhook signature refused: {error}"))),
    };
    if let Some(order) = order_of(event, &payments).await? {
        payments.reconcile_now(&order).await?;
    }
    Ok(received)
}

/// The order whose payment an event concerns, if it must be reconciled.
async fn order_of(event: Event, payments: &Payments) -> Result<Option<OrderId>, ApiError> {
    Ok(match event.data.object {
        EventObject::PaymentIntentSucceeded(intent)
        | EventObject::PaymentIntentCanceled(intent)
        | EventObject::PaymentIntentProcessing(intent)
        | EventObject::PaymentIntentRequiresAction(intent)
        | EventObject::PaymentIntentPaymentFailed(intent) => {
            Intent::from(*intent).order_id.and_then(|order| order.parse().ok())
        }
        EventObject::ChargeRefunded(charge) => paid_order(charge.payment_intent, payments).await?,
        EventObject::ChargeDisputeCreated(dispute) | EventObject::ChargeDisputeClosed(dispute) => {
            report_dispute(*dispute, payments).await?;
            None
        }
        _ => {
            tracing::info!(kind = %event.type_, "a webhook event was ignored");
            None
        }
    })
}

/// The order that an intent pays.
async fn paid_order(
    intent: Option<Expandable<PaymentIntent>>,
    payments: &Payments,
) -> Result<Option<OrderId>, mongodb::error::Error> {
    match intent.map(|intent| PaymentIntentId::to_string(intent.id())) {
        Some(intent) => payments.order_of(&intent).await,
        None => Ok(None),
    }
}

/// Logs and counts a dispute that begins or ends. Stripe moves the money; the response
/// is up to the operators.
async fn report_dispute(dispute: Dispute, payments: &Payments) -> Result<(), mongodb::error::Error> {
    let order = paid_order(dispute.payment_intent, payments).await?;
    let order = order.map_or_else(|| "unknown".to_owned(), |order| order.to_string());
    let (status, reason, cents) = (dispute.status.to_string(), dispute.reason, dispute.amount);
    tracing::warn!(order, dispute = %dispute.id, status, reason, cents, "a payment is disputed");
    metrics::counter!("disputes_total", "status" => status).increment(1);
    Ok(())
}
