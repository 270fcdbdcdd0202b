use axum::{Json, extract::State, http::StatusCode};
use common::{
    api::tickets::{Ticket, TicketDraft},
    clock::Clock,
    error::ApiError,
    extract::{Body, CurrentUser},
    openapi::NotJson,
};

use crate::models::Tickets;

/// Offers a ticket for sale.
#[utoipa::path(
    post,
    path = "/api/tickets",
    request_body = TicketDraft,
    responses((status = 201, description = "The ticket at version 0", body = Ticket), NotJson),
    security(("session" = [])),
)]
pub(super) async fn create(
    State(tickets): State<Tickets>,
    State(clock): State<Clock>,
    seller: CurrentUser,
    Body(fields): Body,
) -> Result<(StatusCode, Json<Ticket>), ApiError> {
    let draft = TicketDraft::parse(&fields, clock.now())?;
    let ticket = tickets.create(seller.id, draft).await?;
    Ok((StatusCode::CREATED, Json(ticket)))
}
