//! What a seller sends.

use serde_json::Value;

use crate::{
    api::{FieldError, Fields, Price, price::InvalidPrice},
    text,
};

/// The longest title, in characters.
pub const TITLE_LIMIT: usize = 200;

/// What a seller says of a ticket, validated.
#[derive(Debug, Clone, PartialEq, Eq, utoipa::ToSchema)]
pub struct TicketDraft {
    /// Kept as sent.
    #[schema(min_length = 1, max_length = 200, example = "Gala")]
    pub title: String,
    /// In dollars.
    #[schema(schema_with = crate::api::price::price_or_text)]
    pub price: Price,
}

impl TicketDraft {
    /// Reads the body of a creation or a change; reports every wrong field.
    pub fn parse(fields: &Fields) -> Result<Self, Vec<FieldError>> {
        match (title(fields.text("title")), price(fields.value("price"))) {
            (Ok(title), Ok(price)) => Ok(Self { title, price }),
            (title, price) => Err([title.err(), price.err()].into_iter().flatten().collect()),
        }
    }
}

fn title(text: Option<&str>) -> Result<String, FieldError> {
    let text = text.unwrap_or_default();
    let problem = if !text::has_visible(text) {
        "Title is required".to_owned()
    } else if text.chars().count() > TITLE_LIMIT {
        format!("Title must be at most {TITLE_LIMIT} characters")
    } else if text::has_control(text) {
        "Title must not contain control characters".to_owned()
    } else if text::has_direction_control(text) {
        // Refused rather than removed: titles are kept as sent, and left open
        // they would turn around what stands behind the title on a page.
        "Title must not contain text direction controls".to_owned()
    } else {
        return Ok(text.to_owned());
    };
    Err(FieldError::new("title", problem))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &str) -> Result<TicketDraft, Vec<String>> {
        let fields = Fields::parse(body.as_bytes()).unwrap();
        TicketDraft::parse(&fields).map_err(|errors| errors.into_iter().map(|error| error.message).collect())
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
}
