use axum::{Json, extract::State};
use common::{
    api::{
        TicketId,
        tickets::{Ticket, TicketDraft},
    },
    clock::Clock,
    error::ApiError,
    extract::{Body, CurrentUser, RawId},
    openapi::{Conflict, NotFound, NotJson},
};

use crate::models::{TicketError, Tickets};

/// Changes a ticket that no order holds.
#[utoipa::path(
    put,
    path = "/api/tickets/{id}",
    params(("id" = TicketId, Path)),
    request_body = TicketDraft,
    responses((status = 200, description = "The ticket at its next version", body = Ticket), NotFound, Conflict, NotJson),
    security(("session" = [])),
)]
pub(super) async fn update(
    State(tickets): State<Tickets>,
    State(clock): State<Clock>,
    seller: CurrentUser,
    RawId(id): RawId,
    Body(fields): Body,
) -> Result<Json<Ticket>, ApiError> {
    let draft = TicketDraft::parse(&fields, clock.now())?;
    let ticket = tickets.edit(&id.parse()?, &seller.id, &draft).await?;
    Ok(Json(ticket))
}

impl From<TicketError> for ApiError {
    fn from(error: TicketError) -> Self {
        match error {
            TicketError::Unknown(_) => Self::NotFound,
            TicketError::Reserved => Self::bad_request("Cannot edit a reserved ticket"),
            TicketError::Withdrawn => Self::bad_request("The ticket has been withdrawn"),
            TicketError::Stale => Self::Conflict("The ticket has changed meanwhile"),
            TicketError::NotYours => Self::NotAuthorized,
            TicketError::Busy(_) => {
                Self::Unavailable("The ticket has changed too often, please try again later".into())
            }
            TicketError::Handover(error) => Self::internal(error),
            TicketError::Store(error) => error.into(),
        }
    }
}
