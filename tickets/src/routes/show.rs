use axum::{Json, extract::State};
use common::{api::tickets::Ticket, error::ApiError, extract::RawId};

use crate::models::Tickets;

pub(super) async fn show(State(tickets): State<Tickets>, RawId(id): RawId) -> Result<Json<Ticket>, ApiError> {
    let ticket = tickets.find(&id.parse()?).await?;
    ticket.map(Json).ok_or(ApiError::NotFound)
}
