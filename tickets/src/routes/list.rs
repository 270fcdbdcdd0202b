use axum::extract::State;
use common::{
    api::tickets::Ticket,
    error::ApiError,
    page::{Page, PageQuery, Parameters},
};

use crate::models::{Search, Tickets};

/// Lists the tickets for sale, newest first.
#[utoipa::path(
    get,
    path = "/api/tickets",
    params(PageQuery, ("q" = Option<String>, Query, description = "Up to ten words, each the beginning of a word in the title")),
    responses((status = 200, description = "A page of tickets", body = Vec<Ticket>)),
)]
pub(super) async fn list(State(tickets): State<Tickets>, parameters: Parameters) -> Result<Page<Ticket>, ApiError> {
    let search = Search::parse(&parameters)?;
    let (page, last) = tickets.for_sale(&search).await?;
    Ok(search.page("/api/tickets", page, last))
}
