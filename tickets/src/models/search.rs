//! Searches for tickets: by words, kind, time and price, in pages.

use bson::{Document, doc};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use common::{
    api::{
        FieldError, Price, TicketId,
        price::InvalidPrice,
        tickets::{Category, Ticket},
    },
    page::{Cursor, Field, Page, Paging, Parameters, Sort},
    text,
};

/// The number of words that a query may have; more are ignored.
const WORDS_LIMIT: usize = 10;
/// The parameters that the address of the next page keeps.
const KEPT: [&str; 7] = ["q", "category", "from", "to", "minPrice", "maxPrice", "sort"];

/// The parameters of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// The page.
    pub paging: Paging<TicketId>,
    /// The query as typed.
    query: String,
    category: Option<Category>,
    /// When the event starts at the earliest, and before when.
    from: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
    /// In cents.
    lowest: Option<i64>,
    highest: Option<Price>,
    /// Whether all pages' entries are to be counted.
    pub count: bool,
    kept: String,
}

/// The orders of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, strum::EnumString)]
#[strum(serialize_all = "lowercase")]
enum Order {
    #[default]
    Newest,
    Soonest,
    Cheapest,
    Dearest,
}

impl From<Order> for Sort {
    fn from(order: Order) -> Self {
        match order {
            Order::Newest => Self::NEWEST,
            Order::Soonest => Self::lowest(Field::Time("begins")),
            Order::Cheapest => Self::lowest(Field::Number("price")),
            Order::Dearest => Self::highest(Field::Number("price")),
        }
    }
}

/// The parameters of the list of tickets for sale, for its description; [`Search`] reads
/// them. An empty one counts as absent.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[allow(dead_code, reason = "a description")]
pub struct SearchQuery {
    /// Up to ten words, each the beginning of a word in the title.
    q: Option<String>,
    /// The kind of event.
    #[param(pattern = r"^\s*(music|sport|theatre|festival|other)?\s*$")]
    category: Option<String>,
    /// Events from this day or time on: a date in UTC, or RFC 3339.
    #[param(pattern = r"^\s*([0-9]{4}-[0-9]{2}-[0-9]{2}.*)?\s*$")]
    from: Option<String>,
    /// Events until the end of this day, or before this time.
    #[param(pattern = r"^\s*([0-9]{4}-[0-9]{2}-[0-9]{2}.*)?\s*$")]
    to: Option<String>,
    /// In dollars.
    #[param(pattern = r"^\s*([0-9]+(\.[0-9]{0,2})?)?\s*$")]
    min_price: Option<String>,
    /// In dollars.
    #[param(pattern = r"^\s*([0-9]+(\.[0-9]{0,2})?)?\s*$")]
    max_price: Option<String>,
    /// `newest` (the default), `soonest`, `cheapest` or `dearest`.
    #[param(pattern = r"^\s*(newest|soonest|cheapest|dearest)?\s*$")]
    sort: Option<String>,
    /// `true`: the header `X-Total-Count` has the number of tickets on all pages, at most
    /// 1000, and `1000+` for more.
    #[param(pattern = r"^\s*(true|false)?\s*$")]
    count: Option<String>,
    /// The place after which the page begins, from the `Link` of the page before: a ticket's
    /// id, after a value and a point in a sorted list.
    #[param(pattern = r"^\s*((-?[0-9]{1,18}\.)?[0-9a-fA-F]{24})?\s*$")]
    after: Option<String>,
}

impl Search {
    /// Parses all parameters; returns an error for each invalid one.
    pub fn parse(parameters: &Parameters) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let sort =
            read(parameters, "sort", "newest, soonest, cheapest or dearest", |text| text.parse().ok(), &mut errors);
        let sort: Order = sort.unwrap_or_default();
        let kinds = "music, sport, theatre, festival or other";
        let category = read(parameters, "category", kinds, |text| text.parse().ok(), &mut errors);
        let time = "a date such as 2026-12-31";
        let from = read(parameters, "from", time, |text| instant(text, 0), &mut errors);
        let until = read(parameters, "to", time, |text| instant(text, 1), &mut errors);
        let lowest = read(parameters, "minPrice", "a price such as 17.50", cents_from, &mut errors);
        let highest = read(parameters, "maxPrice", "a price such as 17.50", |text| text.parse().ok(), &mut errors);
        let count = read(parameters, "count", "true or false", |text| text.parse().ok(), &mut errors);
        let paging = Paging::parse(parameters, sort.into());
        let paging = match paging {
            Ok(paging) if errors.is_empty() => paging,
            paging => return Err(errors.into_iter().chain(paging.err().into_iter().flatten()).collect()),
        };
        let mut kept = url::form_urlencoded::Serializer::new(String::new());
        kept.extend_pairs(KEPT.iter().filter_map(|name| Some((name, parameters.get(name)?))));
        let (query, kept) = (parameters.get("q").unwrap_or_default().into(), kept.finish());
        Ok(Self { paging, query, category, from, until, lowest, highest, count: count.unwrap_or(false), kept })
    }

    /// Narrows a filter to what is searched for.
    pub(super) fn narrow(&self, mut filter: Document) -> Document {
        // Words consist of letters, marks and digits: none is special in a regular expression.
        let words = text::words(&self.query).into_iter().take(WORDS_LIMIT);
        let mut conditions: Vec<_> = words.map(|word| doc! { "words": { "$regex": format!("^{word}") } }).collect();
        if self.from.is_some() || self.until.is_some() {
            let from = self.from.map(|from| doc! { "begins": { "$gte": bson::DateTime::from(from) } });
            // Without a date nothing is known to lie in a range.
            let until = self.until.map_or_else(super::ticket::never, bson::DateTime::from);
            conditions.extend(from.into_iter().chain([doc! { "begins": { "$lt": until } }]));
        }
        conditions.extend(self.lowest.map(|price| doc! { "price": { "$gte": price } }));
        conditions.extend(self.highest.map(|price| doc! { "price": { "$lte": price.cents() } }));
        if let Some(category) = self.category {
            filter.insert("about.category", category.as_str());
        }
        if !conditions.is_empty() {
            filter.insert("$and", conditions);
        }
        filter
    }

    /// A page of the list at `path`, with the address of the page after `last`.
    #[must_use]
    pub fn page(&self, path: &str, found: Found) -> Page<Ticket> {
        let Found { tickets, last, total } = found;
        Page { next: last.map(|last| format!("{path}?{}", self.next(&last))), entries: tickets, total }
    }

    /// The query string of the page after `last`.
    fn next(&self, last: &Cursor<TicketId>) -> String {
        let separator = if self.kept.is_empty() { "" } else { "&" };
        format!("{}{separator}{}", self.paging.next(last), self.kept)
    }
}

/// A page of tickets.
pub struct Found {
    /// Those on the page.
    pub tickets: Vec<Ticket>,
    /// The place of the last one, if more follow.
    pub last: Option<Cursor<TicketId>>,
    /// How many there are on all pages, if they were to be counted.
    pub total: Option<u64>,
}

/// A parameter, if it is there and valid.
fn read<T>(
    parameters: &Parameters,
    name: &str,
    rule: &str,
    parse: impl FnOnce(&str) -> Option<T>,
    errors: &mut Vec<FieldError>,
) -> Option<T> {
    let text = parameters.get(name)?;
    let value = parse(text);
    if value.is_none() {
        errors.push(FieldError::new(name, format!("{name} must be {rule}")));
    }
    value
}

/// A lowest price in cents, which may be zero.
fn cents_from(text: &str) -> Option<i64> {
    match text.parse::<Price>() {
        Ok(price) => Some(price.cents()),
        Err(InvalidPrice::NotPositive) if !text.starts_with('-') => Some(0),
        Err(_) => None,
    }
}

/// A point in time, or so many days after the beginning of a day in UTC.
fn instant(text: &str, days: u64) -> Option<DateTime<Utc>> {
    let day = text.parse::<NaiveDate>().ok().and_then(|day| day.checked_add_days(Days::new(days)));
    let midnight = day.map(|day| day.and_time(NaiveTime::MIN).and_utc());
    midnight.or_else(|| DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse<const N: usize>(pairs: [(&str, &str); N]) -> Result<Search, Vec<String>> {
        let messages = |errors: Vec<FieldError>| errors.into_iter().map(|error| error.message).collect();
        Search::parse(&pairs.into()).map_err(messages)
    }

    #[test]
    fn the_next_page_keeps_the_search() {
        let after = "2050.65a000000000000000000001";
        let search = parse([("q", "a&b c"), ("limit", "2"), ("sort", "cheapest"), ("count", "true"), ("after", after)]);
        let search = search.unwrap();
        let last = search.paging.after.clone().unwrap();
        assert_eq!(search.next(&last), format!("limit=2&after={after}&q=a%26b+c&sort=cheapest"));
    }

    #[test]
    fn a_day_ends_at_midnight() {
        let search = parse([("from", "2026-12-30"), ("to", "2026-12-31")]).unwrap();
        assert_eq!(search.from, Some("2026-12-30T00:00:00Z".parse().unwrap()));
        assert_eq!(search.until, Some("2027-01-01T00:00:00Z".parse().unwrap()));
        let search = parse([("from", "2026-12-30T20:00:00+01:00")]).unwrap();
        assert_eq!(search.from, Some("2026-12-30T19:00:00Z".parse().unwrap()));
    }

    #[test]
    fn a_price_from_zero_is_any_price() {
        let lowest = |text| parse([("minPrice", text)]).map(|search| search.lowest);
        assert_eq!([lowest("0"), lowest("0.00"), lowest("0.01")], [Ok(Some(0)), Ok(Some(0)), Ok(Some(1))]);
        assert!(lowest("free").is_err() && lowest("-5").is_err());
    }

    #[test]
    fn every_wrong_parameter_is_named() {
        let wrong = [("sort", "x"), ("category", "Music"), ("from", "x"), ("maxPrice", "free"), ("after", "x")];
        assert_eq!(
            parse(wrong).unwrap_err(),
            [
                "sort must be newest, soonest, cheapest or dearest",
                "category must be music, sport, theatre, festival or other",
                "from must be a date such as 2026-12-31",
                "maxPrice must be a price such as 17.50",
                "after must be a ticket's id",
            ]
        );
    }
}
