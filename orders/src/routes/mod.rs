//! The paths.

mod cancel;
mod create;
mod list;
mod refusal;
mod show;

use axum::{
    Router,
    routing::{delete, get, post},
};
use common::{
    api::{orders::Order, users::CurrentUser},
    error::ApiError,
};

use crate::{AppState, models::Orders};

/// The service's whole HTTP interface.
pub fn router(state: AppState) -> Router {
    Router::new()
        .route("/api/orders", get(list::list))
        .route("/api/orders", post(create::create))
        .route("/api/orders/{id}", get(show::show))
        .route("/api/orders/{id}", delete(cancel::cancel))
        .with_state(state)
}

/// The order that a path names, if the user made it.
async fn own(orders: &Orders, buyer: &CurrentUser, id: &str) -> Result<Order, ApiError> {
    let order = orders.find(&id.parse()?).await?.ok_or(ApiError::NotFound)?;
    if order.user_id == buyer.id { Ok(order) } else { Err(ApiError::NotAuthorized) }
}
