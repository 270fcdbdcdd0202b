//! What a seller sends.

use std::fmt;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{About, Category, StartsAt};
use crate::{
    api::{FieldError, Fields, Price, Version, price::InvalidPrice},
    text,
};

/// The longest title, in characters.
pub const TITLE_LIMIT: usize = 200;
/// The longest venue, in characters.
pub const VENUE_LIMIT: usize = 120;
/// The longest details, in characters.
pub const DETAILS_LIMIT: usize = 300;
/// The longest code or link that lets one in, in characters.
pub const HANDOVER_LIMIT: usize = 2_000;

/// What a seller says of a ticket, validated.
#[derive(Debug, Clone, PartialEq, Eq, utoipa::ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct TicketDraft {
    /// Kept as sent.
    #[schema(min_length = 1, max_length = 200, example = "Gala")]
    pub title: String,
    /// In dollars.
    #[schema(schema_with = crate::api::price::price_or_text)]
    pub price: Price,
    /// RFC 3339 with the venue's offset. In a change, an absent field is kept and null
    /// or a blank text clears it; so for the following three.
    #[schema(required = false, schema_with = schema::starts_at)]
    pub starts_at: Said<StartsAt>,
    /// Kept as sent.
    #[schema(required = false, schema_with = schema::venue)]
    pub venue: Said<String>,
    /// `music`, `sport`, `theatre`, `festival` or `other`.
    #[schema(required = false, schema_with = schema::category)]
    pub category: Said<Category>,
    /// Seat, block or row, kept as sent.
    #[schema(required = false, schema_with = schema::details)]
    pub details: Said<String>,
    /// The version that a change is based on; if the ticket has another one, nothing is
    /// changed. A creation ignores it.
    #[schema(required = false, schema_with = schema::version)]
    pub version: Option<Version>,
    /// What lets one in; [`HandoverDraft`] says which texts. It is deposited at the same time.
    /// Null or a blank text deposits nothing and leaves what there is.
    #[schema(required = false, schema_with = schema::handover)]
    pub handover: Option<HandoverDraft>,
}

/// What lets one in, validated.
#[derive(Clone, PartialEq, Eq, utoipa::ToSchema)]
pub struct HandoverDraft {
    /// A code or a link. The ends of its lines are kept as line feeds.
    #[schema(min_length = 1, max_length = 2000, example = "K7-4411-9920")]
    pub text: String,
}

impl HandoverDraft {
    /// Reads the body of a deposit.
    pub fn parse(fields: &Fields) -> Result<Self, Vec<FieldError>> {
        let draft = Self::of(fields.text("text").unwrap_or_default());
        draft.map_err(|problem| vec![FieldError::new("text", problem)])
    }

    fn of(text: &str) -> Result<Self, String> {
        // Forms send each line's end as CR and LF:
        // <https://html.spec.whatwg.org/multipage/form-control-infrastructure.html>.
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let is_refused = |symbol: char| symbol.is_control() && !matches!(symbol, '\n' | '\t');
        if !text::has_visible(&text) {
            Err("The ticket's code or link is required".into())
        } else if text.chars().count() > HANDOVER_LIMIT {
            Err(format!("The ticket's code or link must be at most {HANDOVER_LIMIT} characters"))
        } else if text.contains(is_refused) || text::has_direction_control(&text) {
            Err("The ticket's code or link must not contain control characters".into())
        } else {
            Ok(Self { text })
        }
    }
}

impl fmt::Debug for HandoverDraft {
    /// Without the text, so that no log shows it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandoverDraft").finish_non_exhaustive()
    }
}

/// A field that may be left out: `None` if it is, `Some(None)` if it is cleared.
pub type Said<T> = Option<Option<T>>;

impl TicketDraft {
    /// Reads the body of a creation or a change at a time; reports every wrong field.
    pub fn parse(fields: &Fields, now: DateTime<Utc>) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let title = keep(title(fields.text("title")), &mut errors);
        let price = keep(price(fields.value("price")), &mut errors);
        let starts_at = keep(said(fields, "startsAt", |text| starts_at(text, now)), &mut errors);
        let venue = keep(said(fields, "venue", |text| optional_line("Venue", VENUE_LIMIT, text)), &mut errors);
        let category = keep(said(fields, "category", category), &mut errors);
        let details = keep(said(fields, "details", |text| optional_line("Details", DETAILS_LIMIT, text)), &mut errors);
        let version = keep(version(fields.value("version")), &mut errors);
        let handover = keep(said(fields, "handover", handover), &mut errors).map(Option::flatten);
        let described = (title, price, starts_at, venue, category, details);
        match (described, version, handover) {
            (
                (Some(title), Some(price), Some(starts_at), Some(venue), Some(category), Some(details)),
                Some(version),
                Some(handover),
            ) => Ok(Self { title, price, starts_at, venue, category, details, version, handover }),
            _ => Err(errors),
        }
    }

    /// What the draft makes of what was said before.
    #[must_use]
    pub fn about(&self, before: &About) -> About {
        About {
            starts_at: self.starts_at.unwrap_or(before.starts_at),
            venue: self.venue.clone().unwrap_or_else(|| before.venue.clone()),
            category: self.category.map_or_else(|| before.category.clone(), |said| said.map(String::from)),
            details: self.details.clone().unwrap_or_else(|| before.details.clone()),
        }
    }
}

/// Sets the error aside.
fn keep<T>(outcome: Result<T, FieldError>, errors: &mut Vec<FieldError>) -> Option<T> {
    outcome.map_err(|error| errors.push(error)).ok()
}

fn title(text: Option<&str>) -> Result<String, FieldError> {
    let text = text.unwrap_or_default();
    if !text::has_visible(text) {
        return Err(FieldError::new("title", "Title is required"));
    }
    line("Title", TITLE_LIMIT, text).map_err(|problem| FieldError::new("title", problem))
}

/// A line of text that is kept as sent.
fn line(name: &str, limit: usize, text: &str) -> Result<String, String> {
    if text.chars().count() > limit {
        Err(format!("{name} must be at most {limit} characters"))
    } else if text::has_control(text) {
        Err(format!("{name} must not contain control characters"))
    } else if text::has_direction_control(text) {
        // Refused rather than removed: left open they would turn around what follows on
        // a page.
        Err(format!("{name} must not contain text direction controls"))
    } else {
        Ok(text.to_owned())
    }
}

fn price(value: Option<&Value>) -> Result<Price, FieldError> {
    let price = match value {
        Some(Value::Number(number)) => serde_json::from_value(number.clone().into()).map_err(|error| error.to_string()),
        Some(Value::String(text)) => text.parse().map_err(|error: InvalidPrice| error.to_string()),
        Some(_) => Err(InvalidPrice::NotANumber.to_string()),
        None => Err(InvalidPrice::Missing.to_string()),
    };
    price.map_err(|message| FieldError::new("price", message))
}

/// A text that may be left out, or cleared by null or by what `parse` reads as nothing.
fn said<T>(
    fields: &Fields,
    field: &'static str,
    parse: impl FnOnce(&str) -> Result<Option<T>, String>,
) -> Result<Said<T>, FieldError> {
    match fields.sent(field) {
        None => Ok(None),
        Some(Value::Null) => Ok(Some(None)),
        Some(Value::String(text)) => parse(text).map(Some).map_err(|problem| FieldError::new(field, problem)),
        Some(_) => Err(FieldError::new(field, format!("{field} must be a text"))),
    }
}

/// A line, or nothing if it shows nothing.
fn optional_line(name: &str, limit: usize, text: &str) -> Result<Option<String>, String> {
    line(name, limit, text).map(|text| Some(text).filter(|text| text::has_visible(text)))
}

fn starts_at(text: &str, now: DateTime<Utc>) -> Result<Option<StartsAt>, String> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let start: StartsAt = text.parse().map_err(|error: super::InvalidStart| error.to_string())?;
    if start.utc() <= now { Err("The event must be in the future".into()) } else { Ok(Some(start)) }
}

fn category(text: &str) -> Result<Option<Category>, String> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    text.trim().parse().map(Some).map_err(|_| {
        let all: Vec<_> = Category::ALL.iter().map(|category| category.as_str()).collect();
        format!("Category must be one of {}", all.join(", "))
    })
}

fn handover(text: &str) -> Result<Option<HandoverDraft>, String> {
    text::has_visible(text).then(|| HandoverDraft::of(text)).transpose()
}

/// Forms send a text.
fn version(value: Option<&Value>) -> Result<Option<Version>, FieldError> {
    let version = match value {
        None => return Ok(None),
        Some(Value::String(text)) if text.trim().is_empty() => return Ok(None),
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(number) => number.as_i64(),
    };
    let version = version.filter(|version| *version >= 0).map(Version);
    version.map(Some).ok_or_else(|| FieldError::new("version", "version must be a whole number"))
}

/// The optional fields as clients may send them: null and blank texts count as cleared.
mod schema {
    use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};

    fn text() -> ObjectBuilder {
        ObjectBuilder::new().schema_type(SchemaType::Array(vec![Type::String, Type::Null]))
    }

    pub(super) fn starts_at() -> Schema {
        let pattern = r"^\s*([0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2}))?\s*$";
        text().pattern(Some(pattern)).examples(["2026-12-31T20:00:00+01:00"]).into()
    }

    pub(super) fn venue() -> Schema {
        text().max_length(Some(super::VENUE_LIMIT)).into()
    }

    pub(super) fn category() -> Schema {
        text().pattern(Some(r"^\s*(music|sport|theatre|festival|other)?\s*$")).into()
    }

    pub(super) fn details() -> Schema {
        text().max_length(Some(super::DETAILS_LIMIT)).into()
    }

    pub(super) fn handover() -> Schema {
        text().max_length(Some(super::HANDOVER_LIMIT)).into()
    }

    pub(super) fn version() -> Schema {
        let types = vec![Type::Integer, Type::String, Type::Null];
        ObjectBuilder::new()
            .schema_type(SchemaType::Array(types))
            .minimum(Some(0))
            .pattern(Some(r"^\s*[0-9]*\s*$"))
            .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &str) -> Result<TicketDraft, Vec<String>> {
        let (fields, now) = (Fields::parse(body.as_bytes()).unwrap(), "2026-11-30T12:00:00Z".parse().unwrap());
        TicketDraft::parse(&fields, now).map_err(|errors| errors.into_iter().map(|error| error.message).collect())
    }

    fn parse_title(title: &str) -> Result<String, Vec<String>> {
        parse(&serde_json::json!({ "title": title, "price": "20.00" }).to_string()).map(|draft| draft.title)
    }

    #[test]
    fn titles_are_kept_as_sent() {
        let (persian, hindi) = ("می\u{200c}خواهم", "क्\u{200d}ष");
        for title in ["🎟 <b>Gala</b> ", "ليلة الموسيقى", "👩\u{200d}👩\u{200d}👧", persian, hindi, "שלום\u{200f}!"]
        {
            assert_eq!(parse_title(title).unwrap(), title);
        }
    }

    #[test]
    fn titles_that_show_nothing_are_refused() {
        for title in ["", "  ", "\u{200b}", "\u{3164}", "\u{2800}", "\u{301}", "\u{fe0f}", "\u{e0067}\u{e007f}", "\0"] {
            assert_eq!(parse_title(title).unwrap_err(), ["Title is required"], "{}", title.escape_unicode());
        }
    }

    #[test]
    fn titles_that_turn_around_what_follows_are_refused() {
        for title in ["a\u{202e}b", "\u{202a}a\u{202c}", "\u{2068}a\u{2069}"] {
            assert_eq!(parse_title(title).unwrap_err(), ["Title must not contain text direction controls"]);
        }
    }

    #[test]
    fn long_titles_and_control_characters_are_refused() {
        assert!(parse_title(&"é".repeat(200)).is_ok());
        assert_eq!(parse_title(&"é".repeat(201)).unwrap_err(), ["Title must be at most 200 characters"]);
        for title in ["a\0b", "a\nb", "a\u{85}b", "a\u{2028}b"] {
            assert_eq!(parse_title(title).unwrap_err(), ["Title must not contain control characters"]);
        }
    }

    #[test]
    fn every_wrong_field_is_reported() {
        let (title, number) = ("Title is required", "Price must be a number such as 12.50");
        for (body, price) in [
            ("{}", "Price is required"),
            (r#"{"title":["a"],"price":[1]}"#, number),
            (r#"{"title":"  ","price":0}"#, "Price must be greater than zero"),
            (r#"{"title":7,"price":true}"#, number),
            (r#"{"title":{},"price":{}}"#, number),
            (r#"{"title":null,"price":null}"#, "Price is required"),
            (r#"{"title":"","price":""}"#, "Price is required"),
        ] {
            assert_eq!(parse(body).unwrap_err(), [title, price], "{body}");
        }
    }

    fn with(field: &str, value: &Value) -> Result<TicketDraft, Vec<String>> {
        parse(&serde_json::json!({ "title": "Gala", "price": 20, field: value }).to_string())
    }

    #[test]
    fn a_handover_is_a_text_that_shows_something() {
        let parse = |text: &Value| {
            let body = serde_json::json!({ "text": text }).to_string();
            HandoverDraft::parse(&Fields::parse(body.as_bytes()).unwrap()).map(|draft| draft.text)
        };
        for sent in ["K7\nhttps://a.example\tB", "K7\r\nhttps://a.example\tB", "K7\rhttps://a.example\tB"] {
            assert_eq!(parse(&sent.into()).unwrap(), "K7\nhttps://a.example\tB");
        }
        assert!(parse(&"é".repeat(2000).into()).is_ok());
        for wrong in
            [Value::Null, 7.into(), "".into(), " ".into(), "é".repeat(2001).into(), "a\0".into(), "a\u{202e}".into()]
        {
            assert_eq!(parse(&wrong).unwrap_err()[0].field.as_deref(), Some("text"), "{wrong}");
        }
    }

    #[test]
    fn an_absent_field_is_kept_and_null_or_blank_clears_it() {
        let before = About { venue: Some("Hall 2".into()), category: Some("music".into()), ..About::default() };
        let said = |body: &str| parse(body).unwrap().about(&before);
        assert_eq!(said(r#"{"title":"Gala","price":20}"#), before);
        let moved = About { venue: Some("Hall 3".into()), ..before.clone() };
        assert_eq!(said(r#"{"title":"Gala","price":20,"venue":"Hall 3"}"#), moved);
        assert_eq!(said("{\"title\":\"Gala\",\"price\":20,\"venue\":\"\u{200b}\"}").venue, None);
        for nothing in ["null", r#""""#, r#"" ""#] {
            let cleared = said(&format!(r#"{{"title":"Gala","price":20,"venue":{nothing},"category":{nothing}}}"#));
            assert_eq!(cleared, About::default());
        }
    }

    #[test]
    fn an_event_is_in_the_future() {
        let start =
            |text: &str| with("startsAt", &text.into()).map(|draft| draft.starts_at.unwrap().unwrap().to_string());
        assert_eq!(start("2026-11-30T13:00:01+01:00").unwrap(), "2026-11-30T13:00:01+01:00");
        assert_eq!(start("2026-11-30T13:00:00+01:00").unwrap_err(), ["The event must be in the future"]);
        assert_eq!(start("tomorrow").unwrap_err(), [super::super::InvalidStart.to_string()]);
    }

    #[test]
    fn wrong_optional_fields_are_refused() {
        for (field, value, problem) in [
            ("startsAt", 7.into(), "startsAt must be a text"),
            ("venue", "v".repeat(121).into(), "Venue must be at most 120 characters"),
            ("venue", "a\u{202e}b".into(), "Venue must not contain text direction controls"),
            ("details", "a\nb".into(), "Details must not contain control characters"),
            ("details", "é".repeat(301).into(), "Details must be at most 300 characters"),
            ("category", "Music".into(), "Category must be one of music, sport, theatre, festival, other"),
            ("handover", "a\0".into(), "The ticket's code or link must not contain control characters"),
            ("version", Value::from(-1), "version must be a whole number"),
            ("version", "x".into(), "version must be a whole number"),
        ] {
            assert_eq!(with(field, &value).unwrap_err(), [problem], "{field}");
        }
        assert_eq!(with("version", &" 3 ".into()).unwrap().version, Some(Version(3)));
        assert_eq!(with("version", &"".into()).unwrap().version, None);
        assert_eq!(with("handover", &" ".into()).unwrap().handover, None);
        assert_eq!(format!("{:?}", with("handover", &"K7".into()).unwrap().handover), "Some(HandoverDraft { .. })");
    }
}
