use std::error::Error;

use axum::{Json, extract::State, http::StatusCode};
use common::{
    api::{
        FieldError,
        payments::{Payment, PaymentRequest, PaymentStatus},
    },
    error::ApiError,
    extract::{Body, CurrentUser},
    openapi::{DeclinedCard, NotFound, NotJson},
};

use crate::{
    cashier::{Cashier, Paid, PayError},
    gateway::GatewayError,
};

/// Pays for an order. Repeating a request is safe after any answer or none.
#[utoipa::path(
    post,
    path = "/api/payments",
    request_body = PaymentRequest,
    responses(
        (status = 201, description = "Paid", body = Payment),
        (status = 200, description = "The bank asks for the cardholder: let Stripe.js do so, then repeat the request", body = Payment),
        DeclinedCard,
        NotFound,
        NotJson,
    ),
    security(("session" = [])),
)]
pub(super) async fn create(
    State(cashier): State<Cashier>,
    buyer: CurrentUser,
    Body(fields): Body,
) -> Result<(StatusCode, Json<Payment>), ApiError> {
    let request = PaymentRequest::parse(&fields)?;
    let order = request.order_id.parse()?;
    Ok(match cashier.pay(&buyer.id, &order, &request).await.map_err(refusal)? {
        Paid::Succeeded(payment) => {
            let payment = Payment { id: payment.id, status: PaymentStatus::Succeeded, client_secret: None };
            (StatusCode::CREATED, Json(payment))
        }
        Paid::RequiresAction(payment, secret) => {
            let status = PaymentStatus::RequiresAction;
            (StatusCode::OK, Json(Payment { id: payment.id, status, client_secret: Some(secret) }))
        }
    })
}

fn refusal(error: PayError) -> ApiError {
    match error {
        PayError::NotFound => ApiError::NotFound,
        PayError::NotBuyer => ApiError::NotAuthorized,
        PayError::Cancelled => ApiError::bad_request("Cannot pay for a cancelled order"),
        PayError::Refunded => ApiError::bad_request("Cannot pay for a refunded order"),
        PayError::Token(error) => vec![error].into(),
        PayError::Expired => ApiError::bad_request("Order has expired"),
        PayError::Gateway(GatewayError::Declined(message)) => ApiError::PaymentRequired(message),
        PayError::Gateway(GatewayError::Unusable(message)) => vec![FieldError::new("token", message)].into(),
        PayError::Gateway(GatewayError::Amount(message)) => ApiError::bad_request(message),
        PayError::Gateway(error @ GatewayError::Refused(_)) => ApiError::internal(error),
        PayError::Gateway(error) => {
            tracing::warn!(error = &error as &dyn Error, "the outcome of a payment is not known yet");
            ApiError::Unavailable("It is not known yet whether the payment went through, please try again".into())
        }
        PayError::Store(error) => error.into(),
    }
}
