//! Finding tickets by words, a page at a time.

use bson::{Document, doc};
use common::{
    api::{FieldError, TicketId, tickets::Ticket},
    page::{Page, Paging, Parameters},
    text,
};

const WORDS_LIMIT: usize = 10;

/// What a list shall show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// Which page.
    pub paging: Paging<TicketId>,
    /// As the visitor wrote it.
    pub query: String,
}

impl Search {
    /// Reads `limit`, `after` and `q`; reports every wrong one.
    pub fn parse(parameters: &Parameters) -> Result<Self, Vec<FieldError>> {
        Ok(Self { paging: Paging::parse(parameters)?, query: parameters.get("q").unwrap_or_default().into() })
    }

    /// Narrows a filter to tickets that have a word beginning with each word of
    /// the query.
    pub(super) fn narrow(&self, mut filter: Document) -> Document {
        // Words are letters, their marks and digits only: nothing in them is special to a
        // regular expression.
        let words = text::words(&self.query).into_iter().take(WORDS_LIMIT);
        let conditions: Vec<_> = words.map(|word| doc! { "words": { "$regex": format!("^{word}") } }).collect();
        if !conditions.is_empty() {
            filter.insert("$and", conditions);
        }
        filter
    }

    /// A page of the list at `path`, and where the next one is, which begins
    /// after `last`.
    #[must_use]
    pub fn page(&self, path: &str, tickets: Vec<Ticket>, last: Option<TicketId>) -> Page<Ticket> {
        Page { next: last.map(|last| format!("{path}?{}", self.next(&last))), entries: tickets }
    }

    /// The query of the page that follows `last`.
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
