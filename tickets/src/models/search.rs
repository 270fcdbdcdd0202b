//! Finding tickets by words, a page at a time.

use std::collections::HashMap;

use bson::{Document, doc};
use common::{
    api::{FieldError, TicketId},
    text,
};

const DEFAULT_LIMIT: i64 = 50;
const HIGHEST_LIMIT: i64 = 200;
const WORDS_LIMIT: usize = 10;

/// What a list shall show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// Tickets on a page.
    pub limit: i64,
    /// The last ticket of the page before.
    pub after: Option<TicketId>,
    /// As the visitor wrote it.
    pub query: String,
}

impl Search {
    /// Reads `limit`, `after` and `q`; reports every wrong one.
    pub fn parse(parameters: &HashMap<String, String>) -> Result<Self, Vec<FieldError>> {
        let parameter = |name: &str| parameters.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
        let limit = parameter("limit").map_or(Ok(DEFAULT_LIMIT), |text| {
            let limit = text.parse().ok().filter(|limit| (1..=HIGHEST_LIMIT).contains(limit));
            limit.ok_or_else(|| FieldError::new("limit", format!("limit must be between 1 and {HIGHEST_LIMIT}")))
        });
        let after = parameter("after").map(str::parse).transpose();
        let after = after.map_err(|_| FieldError::new("after", "after must be a ticket's id"));
        match (limit, after) {
            (Ok(limit), Ok(after)) => Ok(Self { limit, after, query: parameter("q").unwrap_or_default().into() }),
            (limit, after) => Err([limit.err(), after.err()].into_iter().flatten().collect()),
        }
    }

    /// Narrows a filter to tickets that have a word beginning with each word of
    /// the query, and that come after the page before.
    pub(super) fn narrow(&self, mut filter: Document) -> Document {
        if let Some(after) = &self.after {
            filter.insert("_id", doc! { "$lt": after });
        }
        // Words are letters, their marks and digits only: nothing in them is special to a
        // regular expression.
        let words = text::words(&self.query).into_iter().take(WORDS_LIMIT);
        let conditions: Vec<_> = words.map(|word| doc! { "words": { "$regex": format!("^{word}") } }).collect();
        if !conditions.is_empty() {
            filter.insert("$and", conditions);
        }
        filter
    }

    /// The address of the page that follows `last`, without its path.
    #[must_use]
    pub fn next(&self, last: &TicketId) -> String {
        let mut next = format!("limit={}&after={last}", self.limit);
        if !self.query.is_empty() {
            next.push_str("&q=");
            next.extend(url::form_urlencoded::byte_serialize(self.query.as_bytes()));
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pairs: &[(&str, &str)]) -> Result<Search, Vec<FieldError>> {
        Search::parse(&pairs.iter().map(|&(name, value)| (name.into(), value.into())).collect())
    }

    #[test]
    fn pages_have_50_tickets_unless_told_otherwise() {
        assert_eq!(parse(&[]).unwrap().limit, 50);
        assert_eq!(parse(&[("limit", "200")]).unwrap().limit, 200);
        for bad in ["0", "-1", "201", "x", "1e3"] {
            assert_eq!(parse(&[("limit", bad)]).unwrap_err()[0].field.as_deref(), Some("limit"), "{bad}");
        }
        assert_eq!(parse(&[("limit", "0"), ("after", "x")]).unwrap_err().len(), 2);
    }

    #[test]
    fn the_next_page_keeps_the_query() {
        let search = parse(&[("q", "a&b c"), ("limit", "2")]).unwrap();
        let last: TicketId = "65a000000000000000000001".parse().unwrap();
        assert_eq!(search.next(&last), "limit=2&after=65a000000000000000000001&q=a%26b+c");
    }
}
