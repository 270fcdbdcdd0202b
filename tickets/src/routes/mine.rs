use axum::extract::State;
use common::{
    api::tickets::Ticket,
    error::ApiError,
    extract::CurrentUser,
    page::{Page, Parameters},
};

use crate::models::{Search, Tickets};

pub(super) async fn mine(
    State(tickets): State<Tickets>,
    seller: CurrentUser,
    parameters: Parameters,
) -> Result<Page<Ticket>, ApiError> {
    let search = Search::parse(&parameters)?;
    let (page, last) = tickets.of_seller(&seller.id, &search).await?;
    Ok(search.page("/api/tickets/mine", page, last))
}
