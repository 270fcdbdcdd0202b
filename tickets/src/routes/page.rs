//! Lists, a page at a time.

use std::collections::HashMap;

use axum::{
    Json,
    extract::{FromRequestParts, Query},
    http::{header, request::Parts},
    response::{IntoResponse, Response},
};
use common::{api::tickets::Ticket, error::ApiError};

use crate::models::Search;

/// The query's parameters; 400 if one is wrong.
pub(super) struct Parameters(pub(super) Search);

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let parameters: Query<HashMap<String, String>> =
            Query::try_from_uri(&parts.uri).map_err(|_| ApiError::bad_request("The query can't be read"))?;
        Ok(Self(Search::parse(&parameters)?))
    }
}

/// A page of tickets: a plain array, and the address of the next page in a
/// header (<https://www.rfc-editor.org/rfc/rfc8288>).
pub(super) struct Page {
    tickets: Vec<Ticket>,
    next: Option<String>,
}

impl Page {
    pub(super) fn new(path: &str, search: &Search, tickets: Vec<Ticket>, more: bool) -> Self {
        let last = tickets.last().filter(|_| more);
        let next = last.map(|last| format!("<{path}?{}>; rel=\"next\"", search.next(&last.id)));
        Self { tickets, next }
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let link = self.next.map(|next| [(header::LINK, next)]);
        (link, Json(self.tickets)).into_response()
    }
}
