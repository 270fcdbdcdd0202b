use axum::extract::State;
use common::{
    api::tickets::Ticket,
    error::ApiError,
    extract::CurrentUser,
    page::{Page, PageQuery, Parameters},
};

use crate::models::{Search, Tickets};

/// Lists the seller's own tickets, newest first, held and sold ones too.
#[utoipa::path(
    get,
    path = "/api/tickets/mine",
    params(PageQuery, ("q" = Option<String>, Query, description = "Up to ten words, each the beginning of a word in the title")),
    responses((status = 200, description = "A page of tickets", body = Vec<Ticket>)),
    security(("session" = [])),
)]
pub(super) async fn mine(
    State(tickets): State<Tickets>,
    seller: CurrentUser,
    parameters: Parameters,
) -> Result<Page<Ticket>, ApiError> {
    let search = Search::parse(&parameters)?;
    let (page, last) = tickets.of_seller(&seller.id, &search).await?;
    Ok(search.page("/api/tickets/mine", page, last))
}
