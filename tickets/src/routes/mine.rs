use axum::extract::State;
use common::{error::ApiError, extract::CurrentUser};

use super::page::{Page, Parameters};
use crate::models::Tickets;

pub(super) async fn mine(
    State(tickets): State<Tickets>,
    seller: CurrentUser,
    Parameters(search): Parameters,
) -> Result<Page, ApiError> {
    let (page, more) = tickets.of_seller(&seller.id, &search).await?;
    Ok(Page::new("/api/tickets/mine", &search, page, more))
}
