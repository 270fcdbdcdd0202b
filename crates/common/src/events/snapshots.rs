//! Checks the wire format of every event against its committed snapshot.

use std::{fmt::Debug, str::FromStr};

use serde_json::Value;

use super::*;
use crate::api::{
    Version,
    orders::{Card, OrderStatus},
    tickets::About,
};

const TICKET: &str = "65a000000000000000000001";
const USER: &str = "65a000000000000000000002";
const ORDER: &str = "65a000000000000000000003";
const PAYMENT: &str = "65a000000000000000000005";

/// Checks that `event` is written exactly as `snapshot` and is read back, that a field
/// of a newer publisher is ignored, and that a payload without one of the `required`
/// fields (RFC 6901 pointers) is refused with an error that names it.
fn check<E: Event + PartialEq + Debug>(event: &E, snapshot: &str, required: &[&str]) {
    let snapshot: Value = serde_json::from_str(snapshot).unwrap();
    assert_eq!(serde_json::to_value(event).unwrap(), snapshot, "the payload on the wire has changed");

    let mut newer = snapshot.clone();
    newer["addedLater"] = "something".into();
    assert_eq!(&serde_json::from_value::<E>(newer).unwrap(), event);
    check_newer_values::<E>(&snapshot);

    for pointer in required {
        let mut payload = snapshot.clone();
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        payload.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(field).unwrap();
        let refused = serde_json::from_value::<E>(payload).unwrap_err().to_string();
        assert!(refused.contains(&format!("missing field `{field}`")), "{refused}");
    }
}

/// Checks that a value that only newer programs know is read and passed on.
fn check_newer_values<E: Event>(snapshot: &Value) {
    for field in ["/category", "/ticket/category", "/card/brand"] {
        let mut newer = snapshot.clone();
        let Some(value) = newer.pointer_mut(field) else { continue };
        *value = "addedLater".into();
        let event: E = serde_json::from_value(newer.clone()).unwrap();
        assert_eq!(serde_json::to_value(event).unwrap(), newer, "{field}");
    }
}

fn parse<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn about() -> About {
    About {
        starts_at: Some(parse("2026-12-31T20:00:00+01:00")),
        venue: Some("Hall 2".into()),
        category: Some("music".into()),
        details: Some("Block C, row 4".into()),
    }
}

#[test]
fn tickets_events_match_their_snapshots() {
    const REQUIRED: [&str; 5] = ["/id", "/version", "/title", "/price", "/userId"];
    let (id, user_id, about) = (parse(TICKET), parse(USER), About::default());
    let (title, price) = ("Gala 🎟".into(), parse("20.50"));
    let event = TicketCreated { id, version: Version(0), title, price, user_id, about };
    check(&event, include_str!("snapshots/ticket_created.json"), &REQUIRED);
    let event = TicketCreated { about: self::about(), ..event };
    check(&event, include_str!("snapshots/ticket_created_described.json"), &REQUIRED);

    let TicketCreated { id, user_id, about: described, .. } = event;
    let (version, title, price) = (Version(3), "Gala".to_owned(), parse("19.99"));
    let (order_id, withdrawn, about) = (Some(parse(ORDER)), false, About::default());
    let event = TicketUpdated { id, version, title, price, user_id, order_id, withdrawn, about };
    check(&event, include_str!("snapshots/ticket_updated.json"), &REQUIRED);
    let event = TicketUpdated { order_id: None, withdrawn: true, about: described, ..event };
    check(&event, include_str!("snapshots/ticket_updated_withdrawn.json"), &REQUIRED);

    let TicketUpdated { id, version, title, price, user_id, about, .. } = event;
    let event = TicketWithdrawn { id, version, title, price, user_id, about };
    check(&event, include_str!("snapshots/ticket_withdrawn.json"), &REQUIRED);
}

#[test]
fn orders_events_match_their_snapshots() {
    let (id, title, price) = (parse(TICKET), "Gala".into(), parse("20"));
    let ticket = HeldTicket { id, title, price, sequence: 1, about: About::default() };
    let event = OrderCreated {
        id: parse(ORDER),
        version: Version(0),
        status: OrderStatus::Created,
        user_id: parse("65a000000000000000000004"),
        expires_at: parse("2026-01-31T12:15:00.250Z"),
        ticket,
    };
    let required = ["/id", "/userId", "/expiresAt", "/ticket/id", "/ticket/title", "/ticket/price", "/ticket/sequence"];
    check(&event, include_str!("snapshots/order_created.json"), &required);
    let described = HeldTicket { about: about(), ..event.ticket.clone() };
    let event = OrderCreated { ticket: described, ..event };
    check(&event, include_str!("snapshots/order_created_described.json"), &required);

    let ticket = TicketInOrder { id: parse(TICKET), sequence: 1 };
    let event = OrderCancelled { id: parse(ORDER), version: Version(1), ticket };
    check(&event, include_str!("snapshots/order_cancelled.json"), &["/id", "/version", "/ticket", "/ticket/sequence"]);

    let ticket = TicketInOrder { id: parse(TICKET), sequence: 1 };
    let event =
        OrderCompleted { id: parse(ORDER), version: Version(1), user_id: parse("65a000000000000000000004"), ticket };
    let required = ["/id", "/version", "/userId", "/ticket", "/ticket/sequence"];
    check(&event, include_str!("snapshots/order_completed.json"), &required);

    let OrderCompleted { id, version, ticket, .. } = event;
    let event = OrderRefunded { id, version, amount: None, ticket };
    let required = ["/id", "/version", "/ticket", "/ticket/sequence"];
    check(&event, include_str!("snapshots/order_refunded.json"), &required);
    let event = OrderRefunded { amount: Some(parse("7.50")), ..event };
    check(&event, include_str!("snapshots/order_refunded_in_part.json"), &required);
}

#[test]
fn expirations_event_matches_its_snapshot() {
    let event = ExpirationComplete { order_id: parse(ORDER) };
    check(&event, include_str!("snapshots/expiration_complete.json"), &["/orderId"]);
}

#[test]
fn payments_events_match_their_snapshots() {
    let (id, order_id, stripe_id) = (parse(PAYMENT), parse(ORDER), "pi_1".to_owned());
    let ticket = TicketInOrder { id: parse(TICKET), sequence: 1 };
    let event = PaymentCreated { id, order_id, stripe_id, ticket, paid_at: None, card: None };
    let required = ["/id", "/orderId", "/stripeId", "/ticket", "/ticket/id", "/ticket/sequence"];
    check(&event, include_str!("snapshots/payment_created.json"), &required);

    let card = Some(Card { brand: "visa".into(), last4: "4242".into() });
    let event = PaymentCreated { paid_at: Some(parse("2026-01-31T12:01:00Z")), card, ..event };
    check(&event, include_str!("snapshots/payment_created_by_card.json"), &required);

    let PaymentCreated { id, order_id, stripe_id, .. } = event;
    let event = PaymentRefunded { id, order_id, stripe_id, amount: None, ticket: None };
    check(&event, include_str!("snapshots/payment_refunded.json"), &["/id", "/orderId", "/stripeId"]);
    let ticket = Some(TicketInOrder { id: parse(TICKET), sequence: 1 });
    let event = PaymentRefunded { ticket, ..event };
    check(&event, include_str!("snapshots/payment_refunded_of_ticket.json"), &["/id", "/orderId", "/ticket/id"]);
    let event = PaymentRefunded { amount: Some(parse("7.50")), ticket: None, ..event };
    check(&event, include_str!("snapshots/payment_refunded_in_part.json"), &["/id", "/orderId", "/stripeId"]);

    let event = PaymentClosed { order_id: parse(ORDER) };
    check(&event, include_str!("snapshots/payment_closed.json"), &["/orderId"]);
}
