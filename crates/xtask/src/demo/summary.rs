//! Bodies of answers and events in a few words.

use std::collections::HashSet;

use common::api::{Price, TicketId};
use serde::Deserialize;
use serde_json::Value;

/// The fields that are shown, in this order.
const FIELDS: [&str; 9] = ["status", "id", "title", "price", "email", "orderId", "ticket", "stripeId", "expiresAt"];

/// A JSON object or list; of lists, how many there are, and which of them are in `own`.
pub(super) fn summary(body: &Value, own: &HashSet<String>) -> String {
    if let Some(errors) = body["errors"].as_array() {
        return errors.iter().map(|error| error["message"].to_string()).collect::<Vec<_>>().join(", ");
    }
    if let Some(list) = body.as_array() {
        let found = list.iter().filter_map(|entry| entry["id"].as_str()).filter(|id| own.contains(*id));
        let found: Vec<_> = found.map(short).collect();
        let found =
            if found.is_empty() { "none of them ours".to_owned() } else { format!("with {}", found.join(", ")) };
        return format!("{} for sale, {found}", list.len());
    }
    let fields = FIELDS.iter().filter_map(|name| Some((*name, body.get(name)?)));
    fields.map(|(name, value)| field(name, value)).collect::<Vec<_>>().join(", ")
}

fn field(name: &str, value: &Value) -> String {
    match (name, value) {
        ("status", Value::String(status)) => status.clone(),
        ("ticket", value) => format!("ticket {}", short(value["id"].as_str().unwrap_or_default())),
        ("title", value) => value.to_string(),
        ("price", value) => Price::deserialize(value).map_or_else(|_| value.to_string(), |price| format!("${price}")),
        (name, Value::String(text)) => format!("{name} {}", short(text)),
        (name, value) => format!("{name} {value}"),
    }
}

/// A path or a text whose ids are cut to their last six digits, which differ.
pub(super) fn short(text: &str) -> String {
    let part =
        |part: &str| part.parse::<TicketId>().map_or_else(|_| part.to_owned(), |id| format!("…{}", &id.as_str()[18..]));
    text.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ID: &str = "65a0000000000000000a1b2c";

    #[test]
    fn ids_are_cut_and_other_text_is_not() {
        assert_eq!(short(ID), "…0a1b2c");
        assert_eq!(short("succeeded"), "succeeded");
        assert_eq!(short(&format!("/api/orders/{ID}")), "/api/orders/…0a1b2c");
    }

    #[test]
    fn objects_lists_and_refusals_are_summed_up() {
        for (body, expected) in [
            (
                json!({ "ticket": { "id": ID }, "status": "created", "secret": "x", "id": ID }),
                "created, id …0a1b2c, ticket …0a1b2c",
            ),
            (json!({ "price": 25.5, "title": "Gala", "id": ID }), "id …0a1b2c, \"Gala\", $25.50"),
            (json!({ "errors": [{ "message": "Your card was declined." }] }), "\"Your card was declined.\""),
            (json!([{ "id": "other" }, { "id": ID }]), "2 for sale, with …0a1b2c"),
            (json!([]), "0 for sale, none of them ours"),
        ] {
            assert_eq!(summary(&body, &HashSet::from([ID.to_owned()])), expected);
        }
    }
}
