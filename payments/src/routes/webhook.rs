use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use common::{api::OrderId, clock::Clock, error::ApiError, extract::RawBody};
use serde_json::{Value, json};
use stripe_shared::PaymentIntent;
use stripe_webhook::{Event, EventObject, Webhook, WebhookError};

use crate::{
    config::StripeConfig,
    gateway::Intent,
    models::{Payments, WebhookEvents},
};

/// Hears from Stripe that an intent has changed. The event only says where to
/// look: what is so, the intent says.
pub(super) async fn webhook(
    State(stripe): State<StripeConfig>,
    State(clock): State<Clock>,
    State(events): State<WebhookEvents>,
    State(payments): State<Payments>,
    headers: HeaderMap,
    RawBody(body): RawBody,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let signature = headers.get("stripe-signature").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let received = (StatusCode::OK, Json(json!({ "received": true })));
    let now = clock.now().timestamp();
    let event = match Webhook::construct_event_with_timestamp(&body, signature, &stripe.webhook_secret, now) {
        Ok(event) => event,
        // Signed by Stripe, of a kind that this program does not know.
        Err(WebhookError::BadParse(reason)) => {
            tracing::info!(reason, "a webhook event was passed over");
            return Ok(received);
        }
        Err(error) => return Err(ApiError::bad_request(format!("Webhook signature refused: {error}"))),
    };
    if events.is_applied(event.id.as_str()).await? {
        return Ok(received);
    }
    let id = event.id.to_string();
    if let Some(order) = order_of(event) {
        payments.look_at(&order).await?;
    }
    events.remember(&id).await?;
    Ok(received)
}

/// The order whose intent an event is about.
fn order_of(event: Event) -> Option<OrderId> {
    let intent: Box<PaymentIntent> = match event.data.object {
        EventObject::PaymentIntentSucceeded(intent)
        | EventObject::PaymentIntentCanceled(intent)
        | EventObject::PaymentIntentProcessing(intent)
        | EventObject::PaymentIntentRequiresAction(intent)
        | EventObject::PaymentIntentPaymentFailed(intent) => intent,
        _ => return None,
    };
    Intent::from(*intent).order_id?.parse().ok()
}
