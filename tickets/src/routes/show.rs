use axum::{Json, extract::State};
use common::{
    api::{TicketId, tickets::Ticket},
    error::ApiError,
    extract::RawId,
    openapi::NotFound,
};

use crate::models::Tickets;

/// Shows a ticket.
#[utoipa::path(
    get,
    path = "/api/tickets/{id}",
    params(("id" = TicketId, Path)),
    responses((status = 200, description = "The ticket", body = Ticket), NotFound),
)]
pub(super) async fn show(State(tickets): State<Tickets>, RawId(id): RawId) -> Result<Json<Ticket>, ApiError> {
    let ticket = tickets.find(&id.parse()?).await?;
    ticket.map(Json).ok_or(ApiError::NotFound)
}
