//! Each invariant, over a shop that keeps it and variants that violate it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;

use bson::Bson;
use chrono::{DateTime, TimeDelta, Utc};
use common::messaging::Backlog;
use futures::executor::block_on;
use futures::{StreamExt, stream};

use super::Finding;
use super::by_order::ByOrder;
use super::by_ticket::ByTicket;
use super::documents::{About, Intent, Ledger, Order, OrderReplica, OrderedTicket, Payment, Terms, Ticket};
use super::findings::Findings;
use super::sorted::{Document, Sorted};

/// What a stack has.
#[derive(Clone)]
struct Shop {
    at: DateTime<Utc>,
    grace: TimeDelta,
    tickets: Vec<Ticket>,
    orders: Vec<Order>,
    ticket_replicas: Vec<Ticket>,
    order_replicas: Vec<OrderReplica>,
    payments: Vec<Payment>,
    backlog: Vec<Backlog>,
    ledger: Option<Ledger>,
    unreadable: Vec<String>,
}

fn sorted<T: Clone + Send + 'static>(documents: &[T], unreadable: &[String], key: fn(&T) -> &str) -> Sorted<T> {
    let mut documents: Vec<Document<T>> = documents.iter().cloned().map(Ok).collect();
    documents.sort_by_key(|document| key(document.as_ref().unwrap()).to_owned());
    documents.extend(unreadable.iter().cloned().map(Err));
    block_on(Sorted::of(stream::iter(documents).map(Ok).boxed(), key)).unwrap()
}

fn check(shop: &Shop) -> Vec<Finding> {
    let mut findings = Findings::default();
    let mut by_ticket = ByTicket {
        tickets: sorted(&shop.tickets, &shop.unreadable, |it: &Ticket| &it.id),
        replicas: sorted(&shop.ticket_replicas, &[], |it: &Ticket| &it.id),
        orders: sorted(&shop.orders, &[], |it: &Order| &it.ticket.id),
    };
    block_on(by_ticket.check(shop.at - shop.grace, &mut findings)).unwrap();
    let mut by_order = ByOrder {
        orders: sorted(&shop.orders, &[], |it: &Order| &it.id),
        replicas: sorted(&shop.order_replicas, &[], |it: &OrderReplica| &it.id),
        payments: sorted(&shop.payments, &[], |it: &Payment| &it.order_id),
        intents: shop.ledger.as_ref().map(|ledger| sorted(&ledger.intents, &[], Intent::order_id)),
    };
    block_on(by_order.check(&mut findings)).unwrap();
    findings.add_backlog(&shop.backlog);
    findings.sorted()
}

/// A shop that has sold one ticket for 20 dollars.
fn sold() -> Shop {
    sale(1)
}

fn sale(number: usize) -> Shop {
    let [ticket_id, order_id, payment_id, intent_id] = ["t", "o", "p", "pi_"].map(|kind| format!("{kind}{number}"));
    let at: chrono::DateTime<chrono::Utc> = "2026-01-01T12:00:00Z".parse().unwrap();
    let ticket = Ticket {
        id: ticket_id.clone(),
        version: 1,
        title: "Concert".into(),
        price: 2000,
        about: About { venue: Some("Hall 2".into()), ..About::default() },
        withdrawn: false,
        order_id: Some(order_id.clone()),
        sold: true,
        buyer: Some("u1".into()),
        terms: Some(Terms { price: 2000, sequence: 1 }),
        order_sequence: 1,
        outbox: vec![],
    };
    let order = Order {
        id: order_id.clone(),
        version: 1,
        status: "complete".into(),
        user_id: "u1".into(),
        expires_at: at.into(),
        reason: None,
        refunded: false,
        refunded_cents: None,
        ticket: OrderedTicket { id: ticket_id, price: 2000 },
        outbox: vec![],
    };
    let metadata = [("order_id".to_owned(), order_id.clone())].into();
    Shop {
        at,
        grace: TimeDelta::seconds(30),
        tickets: vec![ticket.clone()],
        orders: vec![order],
        ticket_replicas: vec![ticket],
        order_replicas: vec![OrderReplica { id: order_id.clone(), version: 0, cancelled: false }],
        payments: vec![Payment {
            id: payment_id,
            order_id,
            state: "succeeded".into(),
            amount: 2000,
            refunded_cents: 0,
            outbox: vec![],
        }],
        backlog: vec![],
        ledger: Some(Ledger { intents: vec![Intent { id: intent_id, metadata, captured: 2000, refunded: 0 }] }),
        unreadable: vec![],
    }
}

impl Shop {
    /// Replaces the ledger's one intent by what `change` makes of it.
    fn change_ledger(&mut self, change: impl FnOnce(Intent) -> Vec<Intent>) {
        let intent = self.ledger.take().unwrap().intents.remove(0);
        self.ledger = Some(Ledger { intents: change(intent) });
    }
}

/// The invariants that a changed shop violates.
fn broken(break_it: impl FnOnce(&mut Shop)) -> Vec<String> {
    let mut shop = sold();
    break_it(&mut shop);
    check(&shop).iter().map(|finding| finding.to_string()[..2].to_owned()).collect()
}

#[test]
fn a_shop_that_keeps_every_invariant_has_no_findings() {
    assert_eq!(check(&sold()), []);
}

#[test]
fn two_live_orders_on_a_ticket_are_found() {
    let found = broken(|shop| {
        let mut second = shop.orders[0].clone();
        (second.id, second.status, second.version) = ("o2".into(), "created".into(), 0);
        shop.orders.push(second);
        shop.order_replicas.push(OrderReplica { id: "o2".into(), version: 0, cancelled: false });
    });
    assert_eq!(found, ["I1"]);
}

#[test]
fn money_that_no_completed_order_accounts_for_is_found() {
    let ledgers: [fn(Intent) -> Vec<Intent>; 5] = [
        |_| vec![],
        |one| vec![one.clone(), one],
        |one| vec![Intent { refunded: 2000, ..one }],
        |one| vec![Intent { captured: 1999, ..one }],
        |one| vec![one.clone(), Intent { metadata: BTreeMap::default(), ..one }],
    ];
    for ledger in ledgers {
        assert_eq!(broken(|shop| shop.change_ledger(ledger)), ["I2"]);
    }
    assert_eq!(broken(|shop| shop.payments[0].state = "refunded".into()), ["I2"]);
    assert_eq!(broken(|shop| shop.payments[0].refunded_cents = 1), ["I2"]);
    assert_eq!(broken(|shop| shop.orders[0].refunded = true), ["I2", "I2"]);
}

#[test]
fn a_refund_at_stripe_is_accounted_for() {
    let refunded = |cents: i64, state: &'static str, part: Option<i64>| {
        broken(move |shop| {
            shop.change_ledger(|one| vec![Intent { refunded: cents, ..one }]);
            (shop.orders[0].refunded, shop.orders[0].refunded_cents) = (true, part);
            shop.payments[0].state = state.into();
            shop.payments[0].refunded_cents = part.unwrap_or_default();
        })
    };
    assert_eq!(refunded(2000, "refunded", None), Vec::<String>::new());
    assert_eq!(refunded(750, "succeeded", Some(750)), Vec::<String>::new());
    assert_eq!(refunded(751, "succeeded", Some(750)), ["I2"]);
}

#[test]
fn a_paid_order_that_has_expired_is_found() {
    let ended = |reason: &'static str, state: &'static str, captured: i64| {
        broken(move |shop| {
            (shop.orders[0].status, shop.orders[0].reason) = ("cancelled".into(), Some(reason.into()));
            (shop.orders[0].refunded, shop.payments[0].state) = (state == "refunded", state.into());
            (shop.order_replicas[0].cancelled, shop.order_replicas[0].version) = (true, 1);
            (shop.tickets[0].order_id, shop.tickets[0].sold, shop.tickets[0].buyer) = (None, false, None);
            shop.change_ledger(|one| vec![Intent { captured, refunded: captured, ..one }]);
        })
    };
    assert_eq!(ended("expired", "refunded", 2000), ["I7"]);
    assert_eq!(ended("expired", "cancelled", 2000), ["I7"]);
    assert_eq!(ended("expired", "cancelled", 0), Vec::<String>::new());
    assert_eq!(ended("buyer", "refunded", 2000), Vec::<String>::new());
}

#[test]
fn unpublished_unhandled_and_stale_data_are_found() {
    assert_eq!(broken(|shop| shop.tickets[0].outbox.push(Bson::Null)), ["I3"]);
    assert_eq!(broken(|shop| shop.orders[0].outbox.push(Bson::Null)), ["I3"]);
    assert_eq!(broken(|shop| shop.payments[0].outbox.push(Bson::Null)), ["I3"]);
    assert_eq!(broken(|shop| shop.ticket_replicas[0].version = 0), ["I3"]);
    assert_eq!(broken(|shop| shop.ticket_replicas[0].price = 1), ["I3"]);
    assert_eq!(broken(|shop| shop.ticket_replicas[0].about.venue = None), ["I3"]);
    assert_eq!(broken(|shop| shop.tickets[0].withdrawn = true), ["I3"]);
    assert_eq!(broken(|shop| shop.ticket_replicas.clear()), ["I3"]);
    assert_eq!(broken(|shop| shop.order_replicas[0].cancelled = true), ["I3"]);
    assert_eq!(broken(|shop| shop.order_replicas[0].id = "o9".into()), ["I3", "I3"]);
    let behind = Backlog { consumer: "orders-service-ticket-created".into(), messages: 1 };
    assert_eq!(broken(|shop| shop.backlog.push(behind)), ["I3"]);
    assert_eq!(broken(|shop| shop.unreadable.push("document 1 can't be read".into())), ["I3"]);
}

#[test]
fn a_hold_that_outlives_its_time_is_found() {
    let held = |late: i64| {
        broken(|shop| {
            (shop.orders[0].status, shop.orders[0].version) = ("created".into(), 0);
            (shop.tickets[0].sold, shop.tickets[0].buyer) = (false, None);
            shop.ledger = None;
            shop.at += TimeDelta::seconds(30 + late);
        })
    };
    assert_eq!(held(5), Vec::<String>::new());
    assert_eq!(held(6), ["I4"]);
}

#[test]
fn a_ticket_that_names_another_order_is_found() {
    assert_eq!(broken(|shop| shop.tickets[0].order_id = None), ["I5"]);
    assert_eq!(broken(|shop| shop.tickets[0].order_id = Some("o2".into())), ["I5"]);
    assert_eq!(broken(|shop| shop.tickets[0].terms = Some(Terms { price: 1, sequence: 1 })), ["I5"]);
    // Its seller's edit crossed the order; what it kept is of an earlier one.
    let crossed = |shop: &mut Shop| {
        (shop.tickets[0].price, shop.ticket_replicas[0].price) = (1, 1);
        shop.tickets[0].order_sequence = 2;
    };
    assert_eq!(broken(crossed), ["I5"]);
}

#[test]
fn a_ticket_that_is_not_sold_as_its_order_says_is_found() {
    assert_eq!(broken(|shop| shop.tickets[0].sold = false), ["I6"]);
    let unpaid = |status: &'static str| {
        move |shop: &mut Shop| {
            (shop.orders[0].status, shop.orders[0].version) = (status.into(), 0);
            shop.ledger = None;
        }
    };
    assert_eq!(broken(unpaid("created")), ["I6"]);
    assert_eq!(broken(unpaid("awaiting:payment")), ["I6"]);
    let freed = |shop: &mut Shop| {
        unpaid("cancelled")(shop);
        shop.order_replicas[0].cancelled = true;
        shop.tickets[0].order_id = None;
    };
    assert_eq!(broken(freed), ["I6"]);
    for buyer in [None, Some("u2".to_owned())] {
        assert_eq!(broken(|shop| shop.tickets[0].buyer = buyer), ["I6"]);
    }
    // A buyer who is kept when the order ends unpaid could read the handover.
    let kept = |shop: &mut Shop| {
        freed(shop);
        shop.tickets[0].sold = false;
    };
    assert_eq!(broken(kept), ["I6"]);
}

#[test]
fn every_ticket_and_order_of_many_is_checked() {
    let mut shop = sale(1);
    for number in 2..=9 {
        let another = sale(number);
        shop.tickets.splice(0..0, another.tickets);
        shop.ticket_replicas.extend(another.ticket_replicas);
        shop.orders.extend(another.orders);
        shop.order_replicas.splice(0..0, another.order_replicas);
        shop.payments.extend(another.payments);
        shop.ledger.as_mut().unwrap().intents.extend(another.ledger.unwrap().intents);
    }
    assert_eq!(check(&shop), []);
    shop.tickets[4].sold = false;
    shop.order_replicas.remove(2);
    let found: Vec<_> = check(&shop).iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        ["I3 payments' copy of order o7 is missing", "I6 ticket t5 does not say that order o5 has bought it"]
    );
}
