use axum::extract::State;
use common::error::ApiError;

use super::page::{Page, Parameters};
use crate::models::Tickets;

pub(super) async fn list(State(tickets): State<Tickets>, Parameters(search): Parameters) -> Result<Page, ApiError> {
    let (page, more) = tickets.for_sale(&search).await?;
    Ok(Page::new("/api/tickets", &search, page, more))
}
