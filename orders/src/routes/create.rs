use axum::{Json, extract::State, http::StatusCode};
use common::{
    api::{
        FieldError,
        orders::{Order, OrderRequest},
    },
    arrivals::Arrivals,
    error::ApiError,
    extract::{Body, CurrentUser},
    openapi::{NotFound, NotJson},
};

use crate::models::{Orders, ReserveRefused, Tickets};

/// Holds a ticket for the buyer.
#[utoipa::path(
    post,
    path = "/api/orders",
    request_body = OrderRequest,
    responses((status = 201, description = "The order", body = Order), NotFound, NotJson),
    security(("session" = [])),
)]
pub(super) async fn create(
    State(tickets): State<Tickets>,
    State(arrivals): State<Arrivals>,
    State(orders): State<Orders>,
    buyer: CurrentUser,
    Body(fields): Body,
) -> Result<(StatusCode, Json<Order>), ApiError> {
    let request = OrderRequest::parse(&fields)?;
    let found = arrivals.find(&request.ticket_id, || tickets.find(&request.ticket_id)).await?;
    let ticket = found.ok_or(ApiError::NotFound)?;
    let order = orders.reserve(buyer.id, ticket, request.price).await.map_err(refusal)?;
    Ok((StatusCode::CREATED, Json(order)))
}

fn refusal(refused: ReserveRefused) -> ApiError {
    match refused {
        ReserveRefused::OwnTicket => ApiError::bad_request("You cannot buy your own ticket"),
        ReserveRefused::PriceChanged => vec![FieldError::new("price", "The price has changed")].into(),
        ReserveRefused::Reserved => ApiError::bad_request("Ticket is already reserved"),
        ReserveRefused::Store(error) => error.into(),
    }
}
