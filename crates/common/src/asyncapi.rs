//! The events, described as `AsyncAPI` 3 from their Rust types:
//! `docs/asyncapi.json`, which a test compares with [`document`].

use schemars::{
    JsonSchema,
    generate::{Contract, SchemaSettings},
};
use serde_json::{Map, Value, json};

use crate::events::{
    Event, ExpirationComplete, OrderCancelled, OrderCompleted, OrderCreated, OrderRefunded, PaymentClosed,
    PaymentCreated, PaymentRefunded, TicketCreated, TicketUpdated, TicketWithdrawn,
};

/// An event, the service that publishes it, and those that subscribe to it.
struct Channel {
    /// The type's name, which identifies channel and message.
    id: String,
    address: &'static str,
    publisher: &'static str,
    subscribers: &'static [&'static str],
    message: Value,
}

impl Channel {
    /// The examples are the snapshots that the event must write and read.
    fn of<E: Event + JsonSchema>(
        publisher: &'static str,
        subscribers: &'static [&'static str],
        examples: &[&str],
    ) -> Self {
        let (id, address) = (E::schema_name().into_owned(), E::SUBJECT.as_str());
        let message = json!({
            "name": id,
            "title": address,
            "summary": summary::<E>(),
            "contentType": "application/json",
            "headers": { "$ref": "#/components/schemas/Headers" },
            "payload": schema::<E>(),
            "examples": examples.iter().map(|text| example::<E>(text)).collect::<Vec<_>>(),
        });
        Self { id, address, publisher, subscribers, message }
    }

    fn operations(&self) -> impl Iterator<Item = (String, Value)> {
        let publisher = [(self.publisher, "send", "publishes")];
        let subscribers = self.subscribers.iter().map(|service| (*service, "receive", "subscribes to"));
        publisher.into_iter().chain(subscribers).map(|(service, action, verb)| {
            let operation = json!({
                "action": action,
                "title": format!("{service} {verb} {}", self.address),
                "channel": { "$ref": format!("#/channels/{}", self.id) },
                "messages": [{ "$ref": format!("#/channels/{}/messages/{}", self.id, self.id) }],
                "tags": [{ "name": service }],
            });
            (format!("{service}.{action}.{}", self.id), operation)
        })
    }
}

fn channels() -> Vec<Channel> {
    macro_rules! snapshots {
        ($($file:literal),+) => { &[$(include_str!(concat!("events/snapshots/", $file, ".json"))),+] };
    }
    vec![
        Channel::of::<TicketCreated>("tickets", &["orders"], snapshots!("ticket_created", "ticket_created_described")),
        Channel::of::<TicketUpdated>("tickets", &["orders"], snapshots!("ticket_updated", "ticket_updated_withdrawn")),
        Channel::of::<TicketWithdrawn>("tickets", &["orders"], snapshots!("ticket_withdrawn")),
        Channel::of::<OrderCreated>(
            "orders",
            &["tickets", "expiration", "payments"],
            snapshots!("order_created", "order_created_described"),
        ),
        Channel::of::<OrderCancelled>("orders", &["tickets", "payments"], snapshots!("order_cancelled")),
        Channel::of::<OrderCompleted>("orders", &["tickets"], snapshots!("order_completed")),
        Channel::of::<OrderRefunded>("orders", &["tickets"], snapshots!("order_refunded", "order_refunded_in_part")),
        Channel::of::<ExpirationComplete>("expiration", &["payments"], snapshots!("expiration_complete")),
        Channel::of::<PaymentCreated>(
            "payments",
            &["orders"],
            snapshots!("payment_created", "payment_created_by_card"),
        ),
        Channel::of::<PaymentClosed>("payments", &["orders"], snapshots!("payment_closed")),
        Channel::of::<PaymentRefunded>(
            "payments",
            &["orders"],
            snapshots!("payment_refunded", "payment_refunded_in_part", "payment_refunded_of_ticket"),
        ),
    ]
}

/// The whole description.
#[must_use]
pub fn document() -> Value {
    let channels = channels();
    let addresses = channels.iter().map(|channel| {
        let Channel { id, address, message, .. } = channel;
        let messages = json!({ id: { "$ref": format!("#/components/messages/{id}") } });
        (id.clone(), json!({ "address": address, "description": message["summary"], "messages": messages }))
    });
    let messages = channels.iter().map(|channel| (channel.id.clone(), channel.message.clone()));
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Ticketing: events",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT" },
            "description": "One JetStream stream, `TICKETING`, keeps all events for 30 days. They are delivered at \
                            least once and in any order; subscribers deduplicate by version or key. `EVENTS_PREFIX` \
                            goes in front of every address. A field may be added, which readers ignore; none is \
                            changed or removed.",
        },
        "defaultContentType": "application/json",
        "servers": { "cluster": { "host": "nats-srv:4222", "protocol": "nats" } },
        "channels": addresses.collect::<Map<_, _>>(),
        "operations": channels.iter().flat_map(Channel::operations).collect::<Map<_, _>>(),
        "components": { "messages": messages.collect::<Map<_, _>>(), "schemas": { "Headers": headers() } },
    })
}

fn headers() -> Value {
    let text = |description: &str| json!({ "type": "string", "description": description });
    let time = "When the event happened, RFC 3339 in UTC with milliseconds";
    json!({
        "type": "object",
        "required": ["Nats-Msg-Id", "Ticketing-Time"],
        "properties": {
            "Nats-Msg-Id": text("Subject and key. JetStream drops a second message with the same id within ten minutes"),
            "Ticketing-Time": { "type": "string", "format": "date-time", "description": time },
            "traceparent": text("The trace that the event belongs to, as W3C Trace Context"),
        },
    })
}

/// The payload's schema, in draft 07, which `AsyncAPI`'s own schemas extend.
fn schema<E: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft07().with(|settings| {
        settings.inline_subschemas = true;
        settings.contract = Contract::Serialize;
        settings.meta_schema = None;
    });
    settings.into_generator().into_root_schema_for::<E>().into()
}

/// The type's documentation, in one line.
fn summary<E: JsonSchema>() -> String {
    schema::<E>()["description"].as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A snapshot, with the message id that it is published under.
#[allow(clippy::expect_used, reason = "the snapshots are compiled in, and each event's test reads its own")]
fn example<E: Event>(snapshot: &str) -> Value {
    let payload: Value = serde_json::from_str(snapshot).expect("a snapshot is JSON");
    let event: E = serde_json::from_value(payload.clone()).expect("a snapshot is an event");
    let headers = json!({
        "Nats-Msg-Id": format!("{}:{}", E::SUBJECT, event.key()),
        "Ticketing-Time": "2026-01-31T12:00:00.250Z",
    });
    json!({ "headers": headers, "payload": payload })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::events::Subject;

    #[test]
    fn the_committed_description_is_up_to_date() {
        let committed: Value = serde_json::from_str(include_str!("../../../docs/asyncapi.json")).unwrap();
        assert!(
            committed == document(),
            "run `cargo run -p common --example asyncapi`, which renews docs/asyncapi.json"
        );
    }

    #[test]
    fn every_subject_has_a_channel() {
        let described: BTreeSet<_> = channels().iter().map(|channel| channel.address).collect();
        assert_eq!(described, Subject::ALL.iter().map(|subject| subject.as_str()).collect());
    }

    #[test]
    fn every_example_has_the_required_fields_and_no_others() {
        for channel in channels() {
            let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
            let schema = &channel.message["payload"];
            let required: Vec<String> = serde_json::from_value(schema["required"].clone()).unwrap();
            for example in channel.message["examples"].as_array().unwrap() {
                let fields = names(&example["payload"]);
                assert!(fields.is_superset(&required.iter().cloned().collect()), "{}: {fields:?}", channel.id);
                assert!(fields.is_subset(&names(&schema["properties"])), "{}: {fields:?}", channel.id);
            }
        }
    }
}
