//! Searches for tickets by words, in pages.

use bson::{Document, doc};
use common::{
    api::{FieldError, TicketId, tickets::Ticket},
    page::{Page, Paging, Parameters},
    text,
};

/// The number of words that a query may have; more are ignored.
const WORDS_LIMIT: usize = 10;

/// The parameters of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// The page.
    pub paging: Paging<TicketId>,
    /// The query as typed.
    pub query: String,
}

impl Search {
    /// Parses `limit`, `after` and `q`; returns an error for each invalid one.
    pub fn parse(parameters: &Parameters) -> Result<Self, Vec<FieldError>> {
        Ok(Self { paging: Paging::parse(parameters)?, query: parameters.get("q").unwrap_or_default().into() })
    }

    /// Narrows a filter to tickets that have, for each word of the query, a word that
    /// begins with it.
    pub(super) fn narrow(&self, mut filter: Document) -> Document {
        // Words consist of letters, marks and digits: none is special in a regular expression.
        let words = text::words(&self.query).into_iter().take(WORDS_LIMIT);
        let conditions: Vec<_> = words.map(|word| doc! { "words": { "$regex": format!("^{word}") } }).collect();
        if !conditions.is_empty() {
            filter.insert("$and", conditions);
        }
        filter
    }

    /// A page of the list at `path`, with the address of the page after `last`.
    #[must_use]
    pub fn page(&self, path: &str, tickets: Vec<Ticket>, last: Option<TicketId>) -> Page<Ticket> {
        Page { next: last.map(|last| format!("{path}?{}", self.next(&last))), entries: tickets }
    }

    /// The query string of the page after `last`.
    fn next(&self, last: &TicketId) -> String {
        let mut next = self.paging.next(last);
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

    #[test]
    fn the_next_page_keeps_the_query() {
        let search = Search::parse(&[("q", "a&b c"), ("limit", "2")].into()).unwrap();
        let last: TicketId = "65a000000000000000000001".parse().unwrap();
        assert_eq!(search.next(&last), "limit=2&after=65a000000000000000000001&q=a%26b+c");
    }
}
