//! Paged lists.

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

/// How long a page is, for the description of a list; [`Paging`] reads it.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LimitQuery {
    /// Entries on a page. An empty one counts as absent.
    #[param(schema_with = limit_or_blank)]
    pub limit: Option<i64>,
}

/// Where a page begins, for the description of a list that is not sorted.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
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
    pub after: Option<Cursor<I>>,
    sort: Sort,
}

/// The order of a list: by the id, which begins with the time of creation, or by a field
/// and then by the id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    field: Option<Field>,
    descending: bool,
}

/// A field that lists are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// A whole number.
    Number(&'static str),
    /// A time; cursors have its milliseconds.
    Time(&'static str),
}

impl Sort {
    /// The newest first.
    pub const NEWEST: Self = Self { field: None, descending: true };

    /// The lowest value first.
    #[must_use]
    pub const fn lowest(field: Field) -> Self {
        Self { field: Some(field), descending: false }
    }

    /// The highest value first.
    #[must_use]
    pub const fn highest(field: Field) -> Self {
        Self { field: Some(field), descending: true }
    }

    fn document(self) -> Document {
        let direction = if self.descending { -1 } else { 1 };
        match self.field {
            None => doc! { "_id": direction },
            Some(Field::Number(name) | Field::Time(name)) => doc! { name: direction, "_id": direction },
        }
    }
}

/// An entry's place in a list. As text, `ID`, or `VALUE.ID` in a list that is sorted by a
/// field: the place stays where it is when the entry changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor<I> {
    value: Option<i64>,
    id: I,
}

impl<I: Id> Cursor<I> {
    fn parse(text: &str, sort: Sort) -> Option<Self> {
        let (value, id) = match (sort.field, text.split_once('.')) {
            (None, None) => (None, text),
            (Some(_), Some((value, id))) => (Some(value.parse().ok()?), id),
            _ => return None,
        };
        Some(Self { value, id: id.parse().ok()? })
    }

    fn of(document: &RawDocumentBuf, sort: Sort) -> Option<Self> {
        let value = match sort.field {
            None => None,
            Some(Field::Number(name)) => Some(document.get_i64(name).ok()?),
            Some(Field::Time(name)) => Some(document.get_datetime(name).ok()?.timestamp_millis()),
        };
        Some(Self { value, id: document.get_str("_id").ok()?.parse().ok()? })
    }

    /// The filter of what comes after this place.
    fn after(&self, sort: Sort) -> Document
    where
        for<'a> Bson: From<&'a I>,
    {
        let beyond = if sort.descending { "$lt" } else { "$gt" };
        let id = doc! { beyond: Bson::from(&self.id) };
        let (Some(field), Some(value)) = (sort.field, self.value) else { return doc! { "_id": id } };
        let (name, value) = match field {
            Field::Number(name) => (name, Bson::Int64(value)),
            Field::Time(name) => (name, Bson::DateTime(bson::DateTime::from_millis(value))),
        };
        doc! { "$or": [{ name: { beyond: value.clone() } }, { name: value, "_id": id }] }
    }
}

impl<I: Id> std::fmt::Display for Cursor<I> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.value {
            Some(value) => write!(f, "{value}.{}", self.id),
            None => self.id.fmt(f),
        }
    }
}

impl<I: Id> Paging<I> {
    /// Parses `limit` (default 50) and `after`; the error has one entry for each that
    /// is invalid.
    pub fn parse(parameters: &Parameters, sort: Sort) -> Result<Self, Vec<FieldError>> {
        let limit = parameters.get("limit").map_or(Ok(DEFAULT_LIMIT), |text| {
            let limit = text.parse().ok().filter(|limit| (1..=HIGHEST_LIMIT).contains(limit));
            limit.ok_or_else(|| FieldError::new("limit", format!("limit must be between 1 and {HIGHEST_LIMIT}")))
        });
        let after = parameters.get("after").map(|text| {
            let rule = || match sort.field {
                None => format!("after must be {}", I::NAME),
                Some(_) => "after must be from a link to the next page".to_owned(),
            };
            Cursor::parse(text, sort).ok_or_else(|| FieldError::new("after", rule()))
        });
        let after = after.transpose();
        match (limit, after) {
            (Ok(limit), Ok(after)) => Ok(Self { limit, after, sort }),
            (limit, after) => Err([limit.err(), after.err()].into_iter().flatten().collect()),
        }
    }

    /// The page of a collection's documents that match `filter`, and the place of its last
    /// entry if more follow. An unreadable document is skipped, logged and counted.
    pub async fn of<T>(
        &self,
        collection: &Collection<T>,
        mut filter: Document,
    ) -> Result<(Vec<T>, Option<Cursor<I>>), Error>
    where
        T: DeserializeOwned + Send + Sync,
        for<'a> Bson: From<&'a I>,
    {
        if let Some(after) = &self.after {
            filter = doc! { "$and": [filter, after.after(self.sort)] };
        }
        let documents = collection.clone_with_type::<RawDocumentBuf>();
        let cursor = documents.find(filter).sort(self.sort.document()).limit(self.limit + 1).await?;
        let mut page: Vec<RawDocumentBuf> = cursor.try_collect().await?;
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = page.len() > limit;
        page.truncate(limit);
        let last = page.iter().rev().find_map(|document| Cursor::of(document, self.sort)).filter(|_| more);
        Ok((page.iter().filter_map(|document| decode_or_report(document, collection.name())).collect(), last))
    }

    /// The query of the page after `last`.
    #[must_use]
    pub fn next(&self, last: &Cursor<I>) -> String {
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
    /// The number of entries on all pages, if the request asks for it: at most
    /// one above [`COUNT_LIMIT`], which stands for more.
    pub total: Option<u64>,
}

/// How far entries are counted.
pub const COUNT_LIMIT: u64 = 1_000;

impl<T: Serialize> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        let link = self.next.map(|next| [(header::LINK, format!("<{next}>; rel=\"next\""))]);
        let total = self.total.map(|total| {
            let more = if total > COUNT_LIMIT { "+" } else { "" };
            [("x-total-count", format!("{}{more}", total.min(COUNT_LIMIT)))]
        });
        (link, total, Json(self.entries)).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::OrderId;

    fn parse<const N: usize>(pairs: [(&str, &str); N]) -> Result<Paging<OrderId>, Vec<FieldError>> {
        Paging::parse(&Parameters::from(pairs), Sort::NEWEST)
    }

    #[test]
    fn a_cursor_of_a_sorted_list_has_the_value() {
        let (id, sort) = ("65a000000000000000000003", Sort::lowest(Field::Number("price")));
        let text = format!("2050.{id}");
        let cursor = Cursor::<OrderId>::parse(&text, sort).unwrap();
        assert_eq!((cursor.value, cursor.to_string()), (Some(2050), text.clone()));
        for (bad, sort) in [(text.as_str(), Sort::NEWEST), (id, sort), (&format!("x.{id}"), sort), ("1.x", sort)] {
            assert_eq!(Cursor::<OrderId>::parse(bad, sort), None, "{bad}");
        }
    }

    #[test]
    fn a_page_has_50_entries_by_default_and_at_most_200() {
        assert_eq!(parse([]).unwrap().limit, 50);
        assert_eq!(
            parse([("limit", "200"), ("after", " ")]).unwrap(),
            Paging { limit: 200, after: None, sort: Sort::NEWEST }
        );
        for bad in ["0", "-1", "201", "x", "1e3"] {
            assert_eq!(parse([("limit", bad)]).unwrap_err()[0].field.as_deref(), Some("limit"), "{bad}");
        }
        let both = parse([("limit", "0"), ("after", "x")]).unwrap_err();
        assert_eq!((both.len(), both[1].message.as_str()), (2, "after must be an order's id"));
    }
}
