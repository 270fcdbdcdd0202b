use axum::{Json, extract::State, http::StatusCode};
use common::{
    api::payments::{Payment, PaymentRequest, PaymentStatus},
    error::ApiError,
    extract::{Body, CurrentUser},
    openapi::{DeclinedCard, NotFound, NotJson},
};

use crate::cashier::{Cashier, Paid};

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
    Ok(match cashier.pay(&buyer.id, &order, &request).await? {
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
