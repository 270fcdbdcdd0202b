use axum::extract::State;
use common::{
    api::tickets::Ticket,
    error::ApiError,
    page::{LimitQuery, Page, Parameters},
};

use crate::models::{Search, SearchQuery, Tickets};

/// Lists the tickets for sale: those that nobody holds and whose event has not begun.
#[utoipa::path(
    get,
    path = "/api/tickets",
    params(LimitQuery, SearchQuery),
    responses((status = 200, description = "A page of tickets", body = Vec<Ticket>, headers(
        ("X-Total-Count" = String, description = "With `count=true`: the number of tickets on all pages"),
    ))),
)]
pub(super) async fn list(State(tickets): State<Tickets>, parameters: Parameters) -> Result<Page<Ticket>, ApiError> {
    let search = Search::parse(&parameters)?;
    let found = tickets.for_sale(&search).await?;
    Ok(search.page("/api/tickets", found))
}
