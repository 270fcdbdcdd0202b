use axum::{Json, extract::State, http::StatusCode};
use common::{
    api::{
        TicketId,
        tickets::{Handover, HandoverDraft},
    },
    error::ApiError,
    extract::{Body, CurrentUser, RawId},
    openapi::{NotFound, NotJson},
};

use crate::models::Tickets;

/// Shows what lets one in, to the seller and to the buyer who has paid for it.
#[utoipa::path(
    get,
    path = "/api/tickets/{id}/handover",
    params(("id" = TicketId, Path)),
    responses((status = 200, description = "The handover; without `text` while none is deposited", body = Handover), NotFound),
    security(("session" = [])),
)]
pub(super) async fn show(
    State(tickets): State<Tickets>,
    user: CurrentUser,
    RawId(id): RawId,
) -> Result<Json<Handover>, ApiError> {
    Ok(Json(Handover { text: tickets.handover(&id.parse()?, &user.id).await? }))
}

/// Deposits what lets one in, also when the ticket is sold already. It replaces an earlier one.
#[utoipa::path(
    put,
    path = "/api/tickets/{id}/handover",
    params(("id" = TicketId, Path)),
    request_body = HandoverDraft,
    responses((status = 204, description = "It is deposited"), NotFound, NotJson),
    security(("session" = [])),
)]
pub(super) async fn deposit(
    State(tickets): State<Tickets>,
    seller: CurrentUser,
    RawId(id): RawId,
    Body(fields): Body,
) -> Result<StatusCode, ApiError> {
    let draft = HandoverDraft::parse(&fields)?;
    tickets.deposit(&id.parse()?, &seller.id, &draft).await?;
    Ok(StatusCode::NO_CONTENT)
}
