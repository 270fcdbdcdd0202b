//! What is worth knowing of an answer or an event.

use std::collections::HashSet;

use common::api::{Price, TicketId};
use common::events::Subject;
use serde::Deserialize;
use serde_json::Value;

use super::timeline::Timeline;

/// In this order, where there are such.
const WORTH_TELLING: [&str; 10] =
    ["status", "id", "title", "price", "email", "orderId", "ticket", "stripeId", "expiresAt", "version"];

/// The facts of a JSON object or list; `ours` are the ids that this demo has made.
pub(super) fn facts(body: &Value, ours: &HashSet<String>, timeline: &Timeline) -> String {
    if let Some(errors) = body["errors"].as_array() {
        return errors.iter().map(|error| error["message"].to_string()).collect::<Vec<_>>().join(", ");
    }
    match body {
        Value::Array(list) => list_facts(list, ours),
        Value::Object(object) => {
            let told = WORTH_TELLING.iter().filter_map(|name| Some((*name, object.get(*name)?)));
            told.map(|(name, value)| fact(name, value, timeline)).collect::<Vec<_>>().join(", ")
        }
        _ => String::new(),
    }
}

fn fact(name: &str, value: &Value, timeline: &Timeline) -> String {
    match (name, value) {
        ("expiresAt", Value::String(text)) => {
            let millis = text.parse().map(|time| timeline.millis_of(time));
            format!("expiresAt {}", millis.map_or_else(|_| text.clone(), |millis| format!("{millis} ms")))
        }
        ("ticket", Value::Object(ticket)) => format!("ticket {}", short(ticket["id"].as_str().unwrap_or_default())),
        ("title", value) => value.to_string(),
        ("status", Value::String(status)) => status.clone(),
        ("price", value) => price(value).unwrap_or_else(|| format!("price {value}")),
        (name, Value::String(text)) => format!("{name} {}", short(text)),
        (name, value) => format!("{name} {value}"),
    }
}

fn price(value: &Value) -> Option<String> {
    Some(format!("${}", Price::deserialize(value).ok()?))
}

fn list_facts(list: &[Value], ours: &HashSet<String>) -> String {
    let found = list.iter().filter_map(|entry| entry["id"].as_str()).filter(|id| ours.contains(*id));
    let found: Vec<_> = found.map(short).collect();
    let among = if found.is_empty() { "none of them ours".to_owned() } else { format!("with {}", found.join(", ")) };
    format!("{} for sale, {among}", list.len())
}

/// An id cut to its last six digits, the ones that differ; other text as it is.
pub(super) fn short(text: &str) -> String {
    text.parse::<TicketId>().map_or_else(|_| text.to_owned(), |id| format!("…{}", &id.as_str()[18..]))
}

/// A path with its ids cut short.
pub(super) fn short_path(path: &str) -> String {
    path.split('/').map(short).collect::<Vec<_>>().join("/")
}

/// Whose events these are.
pub(super) fn publisher(subject: Subject) -> &'static str {
    match subject {
        Subject::TicketCreated | Subject::TicketUpdated => "tickets",
        Subject::OrderCreated | Subject::OrderCancelled => "orders",
        Subject::ExpirationComplete => "expiration",
        Subject::PaymentCreated | Subject::PaymentClosed | Subject::PaymentRefunded => "payments",
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use common::clock::Clock;
    use serde_json::json;

    use super::*;
    use crate::report::Report;

    const ID: &str = "65a0000000000000000a1b2c";

    fn told(body: &Value) -> String {
        let timeline = Timeline::begin(&Report::silent());
        facts(body, &HashSet::from([ID.to_owned()]), &timeline)
    }

    #[test]
    fn ids_are_cut_and_other_text_is_not() {
        assert_eq!(short(ID), "…0a1b2c");
        assert_eq!(short("succeeded"), "succeeded");
        assert_eq!(short_path(&format!("/api/orders/{ID}")), "/api/orders/…0a1b2c");
    }

    #[test]
    fn an_object_tells_what_is_known_in_a_fixed_order() {
        let order = json!({ "ticket": { "id": ID, "price": 20 }, "status": "created", "secret": "x", "id": ID });
        assert_eq!(told(&order), "created, id …0a1b2c, ticket …0a1b2c");
        let ticket = json!({ "price": 25.5, "title": "Gala", "id": ID, "version": 0 });
        assert_eq!(told(&ticket), "id …0a1b2c, \"Gala\", $25.50, version 0");
    }

    #[test]
    fn a_refusal_tells_its_messages() {
        assert_eq!(
            told(&json!({ "errors": [{ "message": "Your card was declined." }] })),
            "\"Your card was declined.\""
        );
    }

    #[test]
    fn a_list_tells_which_of_ours_are_in_it() {
        assert_eq!(told(&json!([{ "id": "other" }, { "id": ID }])), "2 for sale, with …0a1b2c");
        assert_eq!(told(&json!([])), "0 for sale, none of them ours");
    }

    #[test]
    fn a_time_is_told_in_the_timelines_milliseconds() {
        let timeline = Timeline::begin(&Report::silent());
        let later = Clock::system().now() + TimeDelta::hours(1);
        let millis = timeline.millis_of(later);
        assert!((3_599_000..=3_601_000).contains(&millis));
        assert_eq!(fact("expiresAt", &later.to_rfc3339().into(), &timeline), format!("expiresAt {millis} ms"));
    }
}
