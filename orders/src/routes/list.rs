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
    let (page, last) = orders.of_buyer(&buyer.id, &paging).await?;
    Ok(Page { next: last.map(|last| format!("/api/orders?{}", paging.next(&last))), entries: page })
}
