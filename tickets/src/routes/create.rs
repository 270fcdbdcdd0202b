use axum::{Json, extract::State, http::StatusCode};
use common::{
    api::tickets::{Ticket, TicketDraft},
    error::ApiError,
    extract::{Body, CurrentUser},
};

use crate::models::Tickets;

pub(super) async fn create(
    State(tickets): State<Tickets>,
    seller: CurrentUser,
    Body(fields): Body,
) -> Result<(StatusCode, Json<Ticket>), ApiError> {
    let draft = TicketDraft::parse(&fields)?;
    let ticket = tickets.create(seller.id, draft).await?;
    Ok((StatusCode::CREATED, Json(ticket)))
}
