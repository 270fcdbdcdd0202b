use axum::extract::State;
use common::{
    api::orders::Order,
    error::ApiError,
    extract::CurrentUser,
    page::{Page, Paging, Parameters},
};

use crate::models::Orders;

pub(super) async fn list(
    State(orders): State<Orders>,
    buyer: CurrentUser,
    parameters: Parameters,
) -> Result<Page<Order>, ApiError> {
    let paging = Paging::parse(&parameters)?;
    let (page, more) = orders.of_buyer(&buyer.id, &paging).await?;
    let last = page.last().filter(|_| more);
    Ok(Page { next: last.map(|last| format!("/api/orders?{}", paging.next(&last.id))), entries: page })
}
