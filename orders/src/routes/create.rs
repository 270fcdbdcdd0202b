use axum::{Json, extract::State, http::StatusCode};
use common::{
    api::orders::{Order, OrderRequest},
    arrivals::Arrivals,
    error::ApiError,
    extract::{Body, CurrentUser},
};

use crate::models::{Orders, TicketReplicas};

pub(super) async fn create(
    State(tickets): State<TicketReplicas>,
    State(arrivals): State<Arrivals>,
    State(orders): State<Orders>,
    buyer: CurrentUser,
    Body(fields): Body,
) -> Result<(StatusCode, Json<Order>), ApiError> {
    let request = OrderRequest::parse(&fields)?;
    let found = arrivals.find(&request.ticket_id, || tickets.find(&request.ticket_id)).await?;
    let ticket = found.ok_or(ApiError::NotFound)?;
    let order = orders.reserve(buyer.id, ticket, request.price).await?;
    Ok((StatusCode::CREATED, Json(order)))
}
