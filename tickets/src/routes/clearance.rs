use axum::{Json, extract::State};
use common::{
    api::{FieldError, users::Clearance},
    error::ApiError,
    extract::CurrentUser,
    session::{Keeper, Sessions},
};

use crate::models::Tickets;

/// States that nothing of the seller is open here, so that auth may delete the account. Refused
/// while something is.
#[utoipa::path(
    post,
    path = "/api/tickets/mine/clearance",
    responses((status = 200, description = "The statement, which holds for a minute", body = Clearance)),
    security(("session" = [])),
)]
pub(super) async fn clearance(
    State(tickets): State<Tickets>,
    State(sessions): State<Sessions>,
    seller: CurrentUser,
) -> Result<Json<Clearance>, ApiError> {
    let selling = tickets.selling(&seller.id).await?;
    let open = [
        (selling.for_sale > 0, "You still have tickets for sale"),
        (selling.on_hold > 0, "A buyer is paying for one of your tickets"),
        (tickets.owes_handover(&seller.id).await?, "A buyer still waits for a ticket that you have sold"),
    ];
    let open = open.into_iter().filter(|(is_open, _)| *is_open).map(|(_, message)| FieldError::general(message));
    let open: Vec<_> = open.collect();
    if !open.is_empty() {
        return Err(open.into());
    }
    let clearance = sessions.clear(Keeper::Tickets, &seller.id).map_err(ApiError::internal)?;
    Ok(Json(Clearance { clearance }))
}
