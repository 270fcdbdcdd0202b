use axum::extract::State;
use common::{
    api::tickets::Ticket,
    error::ApiError,
    page::{Page, Parameters},
};

use crate::models::{Search, Tickets};

pub(super) async fn list(State(tickets): State<Tickets>, parameters: Parameters) -> Result<Page<Ticket>, ApiError> {
    let search = Search::parse(&parameters)?;
    let (page, last) = tickets.for_sale(&search).await?;
    Ok(search.page("/api/tickets", page, last))
}
