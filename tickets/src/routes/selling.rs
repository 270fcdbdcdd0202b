use axum::{Json, extract::State};
use common::{
    api::{
        UserId,
        tickets::{Seller, Selling},
    },
    error::ApiError,
    extract::{CurrentUser, RawId},
    openapi::NotFound,
};

use crate::models::Tickets;

/// How many tickets the seller has for sale, on hold and sold, and what those brought.
#[utoipa::path(
    get,
    path = "/api/tickets/mine/summary",
    responses((status = 200, description = "The numbers", body = Selling)),
    security(("session" = [])),
)]
pub(super) async fn summary(State(tickets): State<Tickets>, seller: CurrentUser) -> Result<Json<Selling>, ApiError> {
    Ok(Json(tickets.selling(&seller.id).await?))
}

/// What buyers may know of a seller. Of an id that nobody has, it is that nothing was sold.
#[utoipa::path(
    get,
    path = "/api/tickets/sellers/{id}",
    params(("id" = UserId, Path)),
    responses((status = 200, description = "The seller", body = Seller), NotFound),
)]
pub(super) async fn seller(State(tickets): State<Tickets>, RawId(id): RawId) -> Result<Json<Seller>, ApiError> {
    Ok(Json(tickets.seller(&id.parse()?).await?))
}
