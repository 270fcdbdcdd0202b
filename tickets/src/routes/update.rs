use axum::{Json, extract::State};
use common::{
    api::{
        TicketId,
        tickets::{Ticket, TicketDraft},
    },
    error::ApiError,
    extract::{Body, CurrentUser, RawId},
    openapi::{NotFound, NotJson},
};

use crate::models::{EditRefused, Tickets};

/// Changes a ticket that no order holds.
#[utoipa::path(
    put,
    path = "/api/tickets/{id}",
    params(("id" = TicketId, Path)),
    request_body = TicketDraft,
    responses((status = 200, description = "The ticket at its next version", body = Ticket), NotFound, NotJson),
    security(("session" = [])),
)]
pub(super) async fn update(
    State(tickets): State<Tickets>,
    seller: CurrentUser,
    RawId(id): RawId,
    Body(fields): Body,
) -> Result<Json<Ticket>, ApiError> {
    let draft = TicketDraft::parse(&fields)?;
    let ticket = tickets.edit(&id.parse()?, &seller.id, &draft).await.map_err(refusal)?;
    Ok(Json(ticket))
}

fn refusal(refused: EditRefused) -> ApiError {
    match refused {
        EditRefused::NotFound => ApiError::NotFound,
        EditRefused::Reserved => ApiError::bad_request("Cannot edit a reserved ticket"),
        EditRefused::NotSeller => ApiError::NotAuthorized,
        EditRefused::Busy => ApiError::Unavailable("The ticket has changed too often, please try again later".into()),
        EditRefused::Store(error) => error.into(),
    }
}
