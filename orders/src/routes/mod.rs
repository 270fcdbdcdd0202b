//! The paths.

mod cancel;
mod clearance;
mod create;
mod list;
mod refusal;
mod show;

use common::{
    api::{orders::Order, users::CurrentUser},
    error::ApiError,
};

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{AppState, models::Orders};

/// The service's whole HTTP interface, and its description.
pub fn router(state: AppState) -> OpenApiRouter {
    OpenApiRouter::default()
        .routes(routes!(list::list, create::create))
        .routes(routes!(clearance::clearance))
        .routes(routes!(show::show, cancel::cancel))
        .with_state(state)
}

/// The order that a path names, if the user made it.
async fn own(orders: &Orders, buyer: &CurrentUser, id: &str) -> Result<Order, ApiError> {
    let order = orders.find(&id.parse()?).await?.ok_or(ApiError::NotFound)?;
    if order.user_id == buyer.id { Ok(order) } else { Err(ApiError::NotAuthorized) }
}
