use axum::{extract::State, http::StatusCode};
use common::{
    api::TicketId,
    error::ApiError,
    extract::{CurrentUser, RawId},
    openapi::NotFound,
};

use crate::models::{TicketError, Tickets};

/// Takes a ticket that no order holds off the market. Withdrawing again changes nothing.
#[utoipa::path(
    delete,
    path = "/api/tickets/{id}",
    params(("id" = TicketId, Path)),
    responses((status = 204, description = "The ticket is withdrawn"), NotFound),
    security(("session" = [])),
)]
pub(super) async fn withdraw(
    State(tickets): State<Tickets>,
    seller: CurrentUser,
    RawId(id): RawId,
) -> Result<StatusCode, ApiError> {
    match tickets.withdraw(&id.parse()?, &seller.id).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(TicketError::Reserved) => Err(ApiError::bad_request("Cannot withdraw a reserved ticket")),
        Err(error) => Err(error.into()),
    }
}
