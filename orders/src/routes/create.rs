use axum::{Json, extract::State, http::StatusCode};
use common::{
    api::{
        FieldError,
        orders::{Order, OrderRequest},
    },
    error::ApiError,
    extract::{Body, CurrentUser},
    openapi::{NotFound, NotJson},
    replica_lookup::ReplicaLookup,
};

use crate::models::{Orders, TicketReplicas};

/// Holds a ticket for the buyer.
#[utoipa::path(
    post,
    path = "/api/orders",
    request_body = OrderRequest,
    responses((status = 201, description = "The order", body = Order), NotFound, NotJson),
    security(("session" = [])),
)]
pub(super) async fn create(
    State(tickets): State<TicketReplicas>,
    State(replicas): State<ReplicaLookup>,
    State(orders): State<Orders>,
    buyer: CurrentUser,
    Body(fields): Body,
) -> Result<(StatusCode, Json<Order>), ApiError> {
    let request = OrderRequest::parse(&fields)?;
    if request.user_id.is_some_and(|seen| seen != buyer.id) {
        let other = FieldError::new("userId", "You are signed in with another account");
        return Err(vec![other].into());
    }
    let found = replicas.find(&request.ticket_id, || tickets.find(&request.ticket_id)).await?;
    let ticket = found.ok_or(ApiError::NotFound)?;
    let order = orders.reserve(buyer.id, ticket, request.price).await?;
    Ok((StatusCode::CREATED, Json(order)))
}
