//! The invariants, over one look at everything.

use std::collections::{BTreeMap, BTreeSet};

use bson::Bson;
use chrono::TimeDelta;

use super::documents::{Order, Ticket};
use super::snapshot::Snapshot;
use super::{Finding, Invariant};

/// How long after hold and grace an order may take to be cancelled.
const LATENESS: TimeDelta = TimeDelta::seconds(5);

pub(super) fn check(snapshot: &Snapshot) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut found = |invariant, what: Vec<String>| {
        findings.extend(what.into_iter().map(|what| Finding { invariant, what }));
    };
    found(Invariant::OneLiveOrder, one_live_order(snapshot));
    found(Invariant::Money, money(snapshot));
    found(Invariant::Convergence, snapshot.unreadable.clone());
    found(Invariant::Convergence, outboxes(snapshot));
    found(Invariant::Convergence, backlog(snapshot));
    found(Invariant::Convergence, ticket_replicas(snapshot));
    found(Invariant::Convergence, order_replicas(snapshot));
    found(Invariant::Holds, holds(snapshot));
    found(Invariant::TicketsOrder, tickets_orders(snapshot));
    found(Invariant::Sold, sold_tickets(snapshot));
    found(Invariant::PaidStays, paid_stays(snapshot));
    findings
}

fn live_orders(snapshot: &Snapshot) -> BTreeMap<&str, Vec<&Order>> {
    let mut live: BTreeMap<&str, Vec<&Order>> = BTreeMap::new();
    for order in snapshot.orders.iter().filter(|order| order.is_live()) {
        live.entry(&order.ticket.id).or_default().push(order);
    }
    live
}

fn one_live_order(snapshot: &Snapshot) -> Vec<String> {
    let live = live_orders(snapshot).into_iter().filter(|(_, orders)| orders.len() > 1);
    live.map(|(ticket, orders)| {
        let orders: Vec<_> = orders.iter().map(|order| order.id.as_str()).collect();
        format!("ticket {ticket} has {} live orders: {}", orders.len(), orders.join(", "))
    })
    .collect()
}

fn money(snapshot: &Snapshot) -> Vec<String> {
    let Some(ledger) = &snapshot.ledger else { return Vec::new() };
    let mut kept: BTreeMap<&str, i64> = BTreeMap::new();
    let mut findings = Vec::new();
    let known: BTreeSet<_> = snapshot.orders.iter().map(|order| order.id.as_str()).collect();
    for intent in &ledger.intents {
        match intent.metadata.get("order_id").map(String::as_str).filter(|id| known.contains(id)) {
            Some(order) => *kept.entry(order).or_default() += intent.captured - intent.refunded,
            None => findings.push(format!("intent {} is for no order of ours", intent.id)),
        }
    }
    for order in &snapshot.orders {
        let kept = kept.get(order.id.as_str()).copied().unwrap_or_default();
        let due = if order.is_complete() { order.ticket.price - order.given_back() } else { 0 };
        if kept != due {
            let status = &order.status;
            findings.push(format!("order {} is {status} and owes {due} cents; Stripe keeps {kept}", order.id));
        }
    }
    let payments = snapshot.payments.iter().map(|payment| (payment.order_id.as_str(), payment.given_back()));
    let refunds: BTreeMap<_, _> = payments.collect();
    for order in &snapshot.orders {
        let (says, given_back) = (order.given_back(), refunds.get(order.id.as_str()).copied().unwrap_or_default());
        if says != given_back {
            let id = &order.id;
            findings.push(format!("order {id} says that {says} cents came back; its payment says {given_back}"));
        }
    }
    findings
}

fn outboxes(snapshot: &Snapshot) -> Vec<String> {
    let waiting = |kind: &'static str, id: &str, outbox: &[Bson]| {
        (!outbox.is_empty()).then(|| format!("{kind} {id} has {} events to publish", outbox.len()))
    };
    let tickets = snapshot.tickets.iter().filter_map(|ticket| waiting("ticket", &ticket.id, &ticket.outbox));
    let orders = snapshot.orders.iter().filter_map(|order| waiting("order", &order.id, &order.outbox));
    let payments = snapshot.payments.iter().filter_map(|payment| waiting("payment", &payment.id, &payment.outbox));
    tickets.chain(orders).chain(payments).collect()
}

fn backlog(snapshot: &Snapshot) -> Vec<String> {
    let behind = snapshot.backlog.iter().filter(|backlog| backlog.messages > 0);
    behind.map(|backlog| format!("consumer {} has {} messages to take", backlog.consumer, backlog.messages)).collect()
}

fn ticket_replicas(snapshot: &Snapshot) -> Vec<String> {
    let seen = |ticket: &Ticket| (ticket.version, ticket.title.clone(), ticket.price);
    let owners = snapshot.tickets.iter().map(|ticket| (ticket.id.as_str(), seen(ticket))).collect();
    let replicas = snapshot.ticket_replicas.iter().map(|ticket| (ticket.id.as_str(), seen(ticket))).collect();
    differences("orders' copy of ticket", &owners, &replicas)
}

fn order_replicas(snapshot: &Snapshot) -> Vec<String> {
    let owner = |order: &Order| (order.published_version(), order.is_cancelled());
    let owners = snapshot.orders.iter().map(|order| (order.id.as_str(), owner(order))).collect();
    let replicas = &snapshot.order_replicas;
    let replicas = replicas.iter().map(|order| (order.id.as_str(), (order.version, order.cancelled))).collect();
    differences("payments' copy of order", &owners, &replicas)
}

fn differences<T: PartialEq + std::fmt::Debug>(
    what: &str,
    owners: &BTreeMap<&str, T>,
    replicas: &BTreeMap<&str, T>,
) -> Vec<String> {
    let ids: BTreeSet<_> = owners.keys().chain(replicas.keys()).collect();
    let compare = |id: &&&str| match (owners.get(**id), replicas.get(**id)) {
        (Some(owner), Some(replica)) if owner == replica => None,
        (Some(owner), Some(replica)) => Some(format!("{what} {id} is {replica:?}, its owner's {owner:?}")),
        (Some(_), None) => Some(format!("{what} {id} is missing")),
        _ => Some(format!("{what} {id} has no owner")),
    };
    ids.iter().filter_map(compare).collect()
}

fn holds(snapshot: &Snapshot) -> Vec<String> {
    let held = snapshot.orders.iter().filter(|order| order.is_live() && !order.is_complete());
    held.filter_map(|order| {
        let late = snapshot.at - (order.expires_at.to_chrono() + snapshot.grace);
        let milliseconds = late.num_milliseconds();
        (late > LATENESS).then(|| format!("order {} holds its ticket {milliseconds} ms beyond its grace", order.id))
    })
    .collect()
}

fn tickets_orders(snapshot: &Snapshot) -> Vec<String> {
    let live = live_orders(snapshot);
    let wrong = snapshot.tickets.iter().filter_map(|ticket| {
        let expected = live.get(ticket.id.as_str()).map(|orders| orders[0].id.as_str());
        let actual = ticket.order_id.as_deref();
        (actual != expected).then(|| {
            let name = |order: Option<&str>| order.unwrap_or("none").to_owned();
            format!("ticket {} says order {}; the live one is {}", ticket.id, name(actual), name(expected))
        })
    });
    let other_price = snapshot.tickets.iter().filter_map(|ticket| {
        let order = live.get(ticket.id.as_str()).map(|orders| orders[0])?;
        let terms = ticket.terms.as_ref().filter(|terms| terms.sequence == ticket.order_sequence);
        let (shown, price) = (terms.map_or(ticket.price, |terms| terms.price), order.ticket.price);
        let told = ticket.order_id.as_deref() == Some(order.id.as_str());
        (told && shown != price).then(|| format!("ticket {} shows {shown} cents; its order says {price}", ticket.id))
    });
    wrong.chain(other_price).collect()
}

/// An order expires only once nothing is paid for it and nothing can be.
fn paid_stays(snapshot: &Snapshot) -> Vec<String> {
    let expired: BTreeSet<_> =
        snapshot.orders.iter().filter(|order| order.is_expired()).map(|order| order.id.as_str()).collect();
    let paid = snapshot.payments.iter().filter(|payment| payment.was_paid()).map(|payment| payment.order_id.as_str());
    let intents = snapshot.ledger.iter().flat_map(|ledger| &ledger.intents);
    let charged = intents.filter(|intent| intent.captured > 0).filter_map(|intent| intent.metadata.get("order_id"));
    let paid: BTreeSet<_> = paid.chain(charged.map(String::as_str)).collect();
    expired.intersection(&paid).map(|order| format!("order {order} has expired although it was paid")).collect()
}

fn sold_tickets(snapshot: &Snapshot) -> Vec<String> {
    let complete = snapshot.orders.iter().filter(|order| order.is_complete());
    let complete: BTreeMap<_, _> = complete.map(|order| (order.ticket.id.as_str(), order.id.as_str())).collect();
    let wrong = snapshot.tickets.iter().filter_map(|ticket| match (ticket.sold, complete.get(ticket.id.as_str())) {
        (true, None) => Some(format!("ticket {} says that it is sold; no order of it is complete", ticket.id)),
        (false, Some(order)) => Some(format!("ticket {} does not say that order {order} has bought it", ticket.id)),
        _ => None,
    });
    wrong.collect()
}

#[cfg(test)]
mod tests {
    use common::messaging::Backlog;

    use super::super::documents::{Intent, Ledger, OrderReplica, OrderedTicket, Payment, Terms};
    use super::*;

    /// A shop that has sold one ticket for 20 dollars.
    fn sold() -> Snapshot {
        let at: chrono::DateTime<chrono::Utc> = "2026-01-01T12:00:00Z".parse().unwrap();
        let ticket = Ticket {
            id: "t1".into(),
            version: 1,
            title: "Concert".into(),
            price: 2000,
            order_id: Some("o1".into()),
            sold: true,
            terms: Some(Terms { price: 2000, sequence: 1 }),
            order_sequence: 1,
            outbox: vec![],
        };
        let order = Order {
            id: "o1".into(),
            version: 1,
            status: "complete".into(),
            expires_at: at.into(),
            reason: None,
            refunded: false,
            refunded_cents: None,
            ticket: OrderedTicket { id: "t1".into(), price: 2000 },
            outbox: vec![],
        };
        let metadata = [("order_id".to_owned(), "o1".to_owned())].into();
        Snapshot {
            at,
            grace: TimeDelta::seconds(30),
            tickets: vec![ticket.clone()],
            orders: vec![order],
            ticket_replicas: vec![ticket],
            order_replicas: vec![OrderReplica { id: "o1".into(), version: 0, cancelled: false }],
            payments: vec![Payment {
                id: "p1".into(),
                order_id: "o1".into(),
                state: "succeeded".into(),
                amount: 2000,
                refunded_cents: 0,
                outbox: vec![],
            }],
            backlog: vec![],
            ledger: Some(Ledger { intents: vec![Intent { id: "pi_1".into(), metadata, captured: 2000, refunded: 0 }] }),
            dead_letters: 0,
            unreadable: vec![],
        }
    }

    /// What is found once something is broken on purpose.
    fn broken(break_it: impl FnOnce(&mut Snapshot)) -> Vec<String> {
        let mut snapshot = sold();
        break_it(&mut snapshot);
        check(&snapshot).iter().map(|finding| finding.to_string()[..2].to_owned()).collect()
    }

    #[test]
    fn nothing_is_found_where_nothing_is_broken() {
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
    fn every_cent_is_accounted_for() {
        let intent = |shop: &Snapshot| shop.ledger.clone().unwrap().intents.remove(0);
        let ledger = |shop: &mut Snapshot, intents| shop.ledger = Some(Ledger { intents });
        assert_eq!(broken(|shop| ledger(shop, vec![])), ["I2"]);
        assert_eq!(
            broken(|shop| {
                let one = intent(shop);
                ledger(shop, vec![one.clone(), one]);
            }),
            ["I2"]
        );
        assert_eq!(
            broken(|shop| {
                let one = Intent { refunded: 2000, ..intent(shop) };
                ledger(shop, vec![one]);
            }),
            ["I2"]
        );
        assert_eq!(
            broken(|shop| {
                let one = Intent { captured: 1999, ..intent(shop) };
                ledger(shop, vec![one]);
            }),
            ["I2"]
        );
        let stray = |shop: &mut Snapshot| {
            let stray = Intent { metadata: BTreeMap::default(), ..intent(shop) };
            let one = intent(shop);
            ledger(shop, vec![one, stray]);
        };
        assert_eq!(broken(stray), ["I2"]);
        assert_eq!(broken(|shop| shop.payments[0].state = "refunded".into()), ["I2"]);
        assert_eq!(broken(|shop| shop.payments[0].refunded_cents = 1), ["I2"]);
        assert_eq!(broken(|shop| shop.orders[0].refunded = true), ["I2", "I2"]);
    }

    #[test]
    fn what_was_refunded_by_hand_is_known() {
        let refunded = |cents: i64, state: &'static str, part: Option<i64>| {
            broken(move |shop| {
                let one = Intent { refunded: cents, ..shop.ledger.clone().unwrap().intents.remove(0) };
                shop.ledger = Some(Ledger { intents: vec![one] });
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
                (shop.tickets[0].order_id, shop.tickets[0].sold) = (None, false);
                let intent = shop.ledger.clone().unwrap().intents.remove(0);
                shop.ledger = Some(Ledger { intents: vec![Intent { captured, refunded: captured, ..intent }] });
            })
        };
        assert_eq!(ended("expired", "refunded", 2000), ["I7"]);
        assert_eq!(ended("expired", "cancelled", 2000), ["I7"]);
        assert_eq!(ended("expired", "cancelled", 0), Vec::<String>::new());
        assert_eq!(ended("buyer", "refunded", 2000), Vec::<String>::new());
    }

    #[test]
    fn whatever_has_not_arrived_is_found() {
        assert_eq!(broken(|shop| shop.tickets[0].outbox.push(Bson::Null)), ["I3"]);
        assert_eq!(broken(|shop| shop.orders[0].outbox.push(Bson::Null)), ["I3"]);
        assert_eq!(broken(|shop| shop.payments[0].outbox.push(Bson::Null)), ["I3"]);
        assert_eq!(broken(|shop| shop.ticket_replicas[0].version = 0), ["I3"]);
        assert_eq!(broken(|shop| shop.ticket_replicas[0].price = 1), ["I3"]);
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
                shop.tickets[0].sold = false;
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
        let crossed = |shop: &mut Snapshot| {
            (shop.tickets[0].price, shop.ticket_replicas[0].price) = (1, 1);
            shop.tickets[0].order_sequence = 2;
        };
        assert_eq!(broken(crossed), ["I5"]);
    }

    #[test]
    fn a_ticket_that_is_not_sold_as_its_order_says_is_found() {
        assert_eq!(broken(|shop| shop.tickets[0].sold = false), ["I6"]);
        let unpaid = |status: &'static str| {
            move |shop: &mut Snapshot| {
                (shop.orders[0].status, shop.orders[0].version) = (status.into(), 0);
                shop.ledger = None;
            }
        };
        assert_eq!(broken(unpaid("created")), ["I6"]);
        assert_eq!(broken(unpaid("awaiting:payment")), ["I6"]);
        let freed = |shop: &mut Snapshot| {
            unpaid("cancelled")(shop);
            shop.order_replicas[0].cancelled = true;
            shop.tickets[0].order_id = None;
        };
        assert_eq!(broken(freed), ["I6"]);
    }

    #[test]
    fn a_ticket_of_before_sales_were_kept_is_not_sold() {
        let of_before = bson::doc! { "_id": "t1", "version": 1_i64, "title": "Concert", "price": 2000_i64 };
        let of_before: Ticket = bson::deserialize_from_document(of_before).unwrap();
        assert!(!of_before.sold);
    }
}
