//! What a seller sends.

use serde_json::Value;

use crate::api::{FieldError, Fields, Price, price::InvalidPrice};

/// The longest title, in characters.
pub const TITLE_LIMIT: usize = 200;

/// What a seller says of a ticket, validated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketDraft {
    /// Kept as sent.
    pub title: String,
    /// In dollars.
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
    let problem = if text.trim().is_empty() {
        "Title is required".to_owned()
    } else if text.chars().count() > TITLE_LIMIT {
        format!("Title must be at most {TITLE_LIMIT} characters")
    } else if text.chars().any(char::is_control) {
        "Title must not contain control characters".to_owned()
    } else {
        return Ok(text.to_owned());
    };
    Err(FieldError::new("title", problem))
}

fn price(value: Option<&Value>) -> Result<Price, FieldError> {
    let price = match value {
        Some(Value::Number(number)) => serde_json::from_value(number.clone().into()).map_err(|error| error.to_string()),
        Some(Value::String(text)) => text.parse().map_err(|error: InvalidPrice| error.to_string()),
        _ => Err(InvalidPrice::NotPositive.to_string()),
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

    #[test]
    fn titles_are_kept_as_sent() {
        for title in ["🎟 <b>Gala</b> ", "ليلة الموسيقى", "a\u{202e}b"] {
            let body = serde_json::json!({ "title": title, "price": "20.00" }).to_string();
            assert_eq!(parse(&body).unwrap().title, title);
        }
    }

    #[test]
    fn every_wrong_field_is_reported() {
        let both = vec!["Title is required".to_owned(), "Price must be greater than zero".to_owned()];
        for body in [
            "{}",
            r#"{"title":["a"],"price":[1]}"#,
            r#"{"title":"  ","price":0}"#,
            r#"{"title":7,"price":true}"#,
            r#"{"title":null,"price":null}"#,
        ] {
            assert_eq!(parse(body).unwrap_err(), both, "{body}");
        }
    }

    #[test]
    fn long_titles_and_control_characters_are_refused() {
        let body = |title: &str| serde_json::json!({ "title": title, "price": 1 }).to_string();
        assert!(parse(&body(&"é".repeat(200))).is_ok());
        assert_eq!(parse(&body(&"é".repeat(201))).unwrap_err(), ["Title must be at most 200 characters"]);
        assert_eq!(parse(&body("a\0b")).unwrap_err(), ["Title must not contain control characters"]);
    }
}
