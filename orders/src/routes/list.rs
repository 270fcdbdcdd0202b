use axum::extract::State;
use common::{
    api::orders::Order,
    error::ApiError,
    extract::CurrentUser,
    page::{LimitQuery, Page, PageQuery, Paging, Parameters, Sort},
};

use crate::models::Orders;

/// Lists the buyer's own orders, newest first.
#[utoipa::path(
    get,
    path = "/api/orders",
    params(LimitQuery, PageQuery),
    responses((status = 200, description = "A page of orders", body = Vec<Order>)),
    security(("session" = [])),
)]
pub(super) async fn list(
    State(orders): State<Orders>,
    buyer: CurrentUser,
    parameters: Parameters,
) -> Result<Page<Order>, ApiError> {
    let paging = Paging::parse(&parameters, Sort::NEWEST)?;
    let (page, last) = orders.of_buyer(&buyer.id, &paging).await?;
    Ok(Page { next: last.map(|last| format!("/api/orders?{}", paging.next(&last))), entries: page, total: None })
}
