use axum::extract::State;
use common::{
    api::{FieldError, tickets::Ticket},
    error::ApiError,
    extract::CurrentUser,
    page::{LimitQuery, Page, Parameters},
};

use crate::models::{Search, SearchQuery, Tickets};

/// Lists the seller's own tickets: held, sold and withdrawn ones too.
#[utoipa::path(
    get,
    path = "/api/tickets/mine",
    params(LimitQuery, SearchQuery, StateQuery),
    responses((status = 200, description = "A page of tickets", body = Vec<Ticket>, headers(
        ("X-Total-Count" = String, description = "With `count=true`: the number of tickets on all pages"),
    ))),
    security(("session" = [])),
)]
pub(super) async fn mine(
    State(tickets): State<Tickets>,
    seller: CurrentUser,
    parameters: Parameters,
) -> Result<Page<Ticket>, ApiError> {
    let search = Search::parse(&parameters)?;
    let state = parameters.get("state").map(str::parse).transpose();
    let state = state.map_err(|_| vec![FieldError::new("state", "state must be for-sale, on-hold or sold")])?;
    let found = tickets.of_seller(&seller.id, state, &search).await?;
    let mut page = search.page("/api/tickets/mine", found);
    if let (Some(next), Some(state)) = (&mut page.next, parameters.get("state")) {
        next.push_str("&state=");
        next.push_str(state);
    }
    Ok(page)
}

/// Of the list of one's own tickets alone, for its description.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "a description")]
struct StateQuery {
    /// `for-sale`, `on-hold` or `sold`; all if it is absent or empty.
    #[param(pattern = r"^\s*(for-sale|on-hold|sold)?\s*$")]
    state: Option<String>,
}
