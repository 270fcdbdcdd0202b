//! Paged lists, newest first.

use std::collections::HashMap;

use axum::{
    Json,
    extract::{FromRequestParts, Query},
    http::{header, request::Parts},
    response::{IntoResponse, Response},
};
use bson::{Bson, Document, RawDocumentBuf, doc};
use futures::TryStreamExt;
use mongodb::{Collection, error::Error};
use serde::{Serialize, de::DeserializeOwned};
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, Type};

use crate::{
    api::{FieldError, ids::Id},
    error::ApiError,
    mongo::decode_or_report,
};

const DEFAULT_LIMIT: i64 = 50;
const HIGHEST_LIMIT: i64 = 200;

/// The query of a list, for its description; [`Paging`] reads it.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Entries on a page. An empty one counts as absent.
    #[param(schema_with = limit_or_blank)]
    pub limit: Option<i64>,
    /// The id of the last entry of the page before. An empty one counts as absent.
    #[param(pattern = r"^\s*([0-9a-fA-F]{24})?\s*$")]
    pub after: Option<String>,
}

fn limit_or_blank() -> Schema {
    let number = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).maximum(Some(HIGHEST_LIMIT));
    let blank = ObjectBuilder::new().schema_type(Type::String).pattern(Some(r"^\s*$"));
    OneOfBuilder::new().item(number).item(blank).default(Some(DEFAULT_LIMIT.into())).into()
}

/// The page of a list that a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging<I> {
    /// Entries on a page, 1 to 200.
    pub limit: i64,
    /// The last entry of the previous page.
    pub after: Option<I>,
}

impl<I: Id> Paging<I> {
    /// Parses `limit` (default 50) and `after`; the error has one entry for each that
    /// is invalid.
    pub fn parse(parameters: &Parameters) -> Result<Self, Vec<FieldError>> {
        let limit = parameters.get("limit").map_or(Ok(DEFAULT_LIMIT), |text| {
            let limit = text.parse().ok().filter(|limit| (1..=HIGHEST_LIMIT).contains(limit));
            limit.ok_or_else(|| FieldError::new("limit", format!("limit must be between 1 and {HIGHEST_LIMIT}")))
        });
        let after = parameters.get("after").map(str::parse).transpose();
        let after = after.map_err(|_| FieldError::new("after", format!("after must be {}", I::NAME)));
        match (limit, after) {
            (Ok(limit), Ok(after)) => Ok(Self { limit, after }),
            (limit, after) => Err([limit.err(), after.err()].into_iter().flatten().collect()),
        }
    }

    /// The page of a collection's documents that match `filter`, and its last entry if
    /// more follow. An unreadable document is skipped, logged and counted.
    pub async fn of<T>(&self, collection: &Collection<T>, mut filter: Document) -> Result<(Vec<T>, Option<I>), Error>
    where
        T: DeserializeOwned + Send + Sync,
        for<'a> Bson: From<&'a I>,
    {
        if let Some(after) = &self.after {
            filter.insert("_id", doc! { "$lt": Bson::from(after) });
        }
        let documents = collection.clone_with_type::<RawDocumentBuf>();
        let cursor = documents.find(filter).sort(doc! { "_id": -1 }).limit(self.limit + 1).await?;
        let mut page: Vec<RawDocumentBuf> = cursor.try_collect().await?;
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = page.len() > limit;
        page.truncate(limit);
        let id = |document: &RawDocumentBuf| document.get_str("_id").ok()?.parse().ok();
        let last = page.iter().rev().find_map(id).filter(|_| more);
        Ok((page.iter().filter_map(|document| decode_or_report(document, collection.name())).collect(), last))
    }

    /// The query of the page after `last`.
    #[must_use]
    pub fn next(&self, last: &I) -> String {
        format!("limit={}&after={last}", self.limit)
    }
}

/// A query's parameters; 400 if they can't be parsed.
#[derive(Debug, Default)]
pub struct Parameters(HashMap<String, String>);

impl Parameters {
    /// A parameter's text, without surrounding white space; an empty one counts as absent.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|text| text.trim()).filter(|text| !text.is_empty())
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Parameters {
    fn from(pairs: [(&str, &str); N]) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let parameters =
            Query::try_from_uri(&parts.uri).map_err(|_| ApiError::bad_request("The query can't be read"))?;
        Ok(Self(parameters.0))
    }
}

/// A page: a plain array, and a `Link` header with the next page's address
/// (<https://www.rfc-editor.org/rfc/rfc8288>).
pub struct Page<T> {
    /// The entries.
    pub entries: Vec<T>,
    /// The path and query of the next page, if there is one.
    pub next: Option<String>,
}

impl<T: Serialize> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        let link = self.next.map(|next| [(header::LINK, format!("<{next}>; rel=\"next\""))]);
        (link, Json(self.entries)).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::OrderId;

    fn parse<const N: usize>(pairs: [(&str, &str); N]) -> Result<Paging<OrderId>, Vec<FieldError>> {
        Paging::parse(&Parameters::from(pairs))
    }

    #[test]
    fn a_page_has_50_entries_by_default_and_at_most_200() {
        assert_eq!(parse([]).unwrap().limit, 50);
        assert_eq!(parse([("limit", "200"), ("after", " ")]).unwrap(), Paging { limit: 200, after: None });
        for bad in ["0", "-1", "201", "x", "1e3"] {
            assert_eq!(parse([("limit", bad)]).unwrap_err()[0].field.as_deref(), Some("limit"), "{bad}");
        }
        let both = parse([("limit", "0"), ("after", "x")]).unwrap_err();
        assert_eq!((both.len(), both[1].message.as_str()), (2, "after must be an order's id"));
    }
}
