//! A ticket's view of the orders on it.

use common::api::{OrderId, Price, UserId, price, tickets::About};
use serde::{Deserialize, Serialize};

/// A ticket's view of its latest order, built from events in any order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Standing {
    /// The order that holds or has bought the ticket.
    pub(crate) order_id: Option<OrderId>,
    /// Whether that order is paid.
    pub(crate) sold: bool,
    /// Who has bought it and gets the handover.
    #[serde(default)]
    pub(crate) buyer: Option<UserId>,
    /// The ticket as that order has it; `None` until its creation is received.
    pub(crate) terms: Option<Terms>,
    /// The highest number of an order received, 0 before the first. Events about earlier
    /// orders are stale.
    pub(crate) order_sequence: i64,
}

/// What was ordered. The seller's later edits don't change them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Terms {
    pub(crate) title: String,
    #[serde(with = "price::cents")]
    pub(crate) price: Price,
    #[serde(default)]
    pub(crate) about: About,
    /// The buyer, for older programs, which read it here.
    pub(crate) buyer: Option<UserId>,
    /// The order's number; the audit compares it.
    pub(crate) sequence: i64,
}

impl From<&Terms> for bson::Bson {
    fn from(Terms { title, price, about, buyer, sequence }: &Terms) -> Self {
        let (price, buyer) = (price.cents(), buyer.as_ref());
        bson::doc! { "title": title, "price": price, "about": about, "buyer": buyer, "sequence": sequence }.into()
    }
}

/// One event about an order.
#[derive(Debug, Clone, Copy)]
pub(super) struct OrderUpdate<'a> {
    pub(super) order: &'a OrderId,
    /// The order's number among those on its ticket, from 1.
    pub(super) sequence: i64,
    pub(super) change: Change<'a>,
}

/// What an event about an order says of its ticket.
#[derive(Debug, Clone, Copy)]
pub(super) enum Change<'a> {
    /// The order is created.
    Held(&'a Terms),
    /// The order is complete: this buyer has the ticket.
    Sold(&'a UserId),
    /// The order is cancelled. It is never complete then.
    Freed,
}

impl Standing {
    /// The standing after an event; `None` if the event is stale or a duplicate.
    ///
    /// An order with a higher number counts at once, as events about the earlier orders are
    /// stale from then on. Events about the same order may come in any order.
    pub(super) fn after(&self, OrderUpdate { order, sequence, change }: OrderUpdate<'_>) -> Option<Self> {
        let later = sequence > self.order_sequence;
        // The order of a freed ticket is forgotten, and its number stays.
        let same = self.order_id.as_ref() == Some(order);
        if !later && !same {
            return None;
        }
        let none = Self { order_sequence: sequence, ..Self::default() };
        let ordered = Self { order_id: Some(order.clone()), ..if same { self.clone() } else { none.clone() } };
        let next = match change {
            Change::Held(terms) => Self { terms: Some(terms.clone()), ..ordered },
            Change::Sold(buyer) => Self { sold: true, buyer: Some(buyer.clone()), ..ordered },
            Change::Freed => none,
        };
        (next != *self).then_some(next)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    fn terms(sequence: i64) -> Terms {
        Terms { title: "Concert".into(), price: "20".parse().unwrap(), about: About::default(), buyer: None, sequence }
    }

    fn orders() -> [OrderId; 3] {
        ["65a000000000000000000001", "65a000000000000000000002", "65a000000000000000000003"]
            .map(|id| id.parse().unwrap())
    }

    /// An event, by the index of its order.
    type Told<'a> = (usize, Change<'a>);

    /// Visits every permutation of `rest` after `received`.
    fn permute(received: &mut Vec<usize>, rest: &BTreeSet<usize>, visit: &mut impl FnMut(&[usize])) {
        if rest.is_empty() {
            visit(received);
        }
        for next in rest {
            received.push(*next);
            let others = rest.iter().copied().filter(|other| other != next).collect();
            permute(received, &others, visit);
            received.pop();
        }
    }

    /// Applies all events in every order and returns the final standing. Fails unless
    /// order and repetition make no difference, at any point.
    fn apply_in_every_order(told: &[Told<'_>]) -> Standing {
        let orders = orders();
        let numbered = told.iter().map(|(index, change)| (&orders[*index], [1, 2, 3][*index], *change));
        let updates: Vec<_> =
            numbered.map(|(order, sequence, change)| OrderUpdate { order, sequence, change }).collect();
        let mut known: BTreeMap<BTreeSet<usize>, Standing> = BTreeMap::new();
        permute(&mut Vec::new(), &(0..updates.len()).collect(), &mut |permutation| {
            let mut standing = Standing::default();
            for (index, latest) in permutation.iter().enumerate() {
                standing = standing.after(updates[*latest]).unwrap_or(standing);
                let received = &permutation[..=index];
                for again in received {
                    assert_eq!(standing.after(updates[*again]), None, "{again} is applied again after {received:?}");
                }
                let known = known.entry(received.iter().copied().collect()).or_insert_with(|| standing.clone());
                assert_eq!(standing, *known, "{received:?}");
            }
        });
        known.remove(&(0..updates.len()).collect()).unwrap()
    }

    #[test]
    fn events_in_any_order_and_repeated_give_the_same_standing() {
        let (orders, terms, buyer) = (orders(), [1, 2, 3].map(terms), UserId::new());
        // Two orders were cancelled; of the second the creation was lost.
        let earlier = [(0, Change::Held(&terms[0])), (0, Change::Freed), (1, Change::Freed)];
        let held = (2, Change::Held(&terms[2]));
        let last = Standing { order_id: Some(orders[2].clone()), order_sequence: 3, ..Standing::default() };
        let on_hold = Standing { terms: Some(terms[2].clone()), ..last };
        let sold = Standing { sold: true, buyer: Some(buyer.clone()), ..on_hold.clone() };
        let free = Standing { order_sequence: 3, ..Standing::default() };
        for (end, expected) in [(None, on_hold), (Some(Change::Sold(&buyer)), sold), (Some(Change::Freed), free)] {
            let told: Vec<_> = earlier.into_iter().chain([held]).chain(end.map(|change| (2, change))).collect();
            assert_eq!(apply_in_every_order(&told), expected);
        }
    }

    #[test]
    fn a_redelivered_event_adds_what_an_older_program_left_out() {
        let ([order, ..], terms, buyer) = (orders(), terms(1), UserId::new());
        let full = Standing {
            order_id: Some(order.clone()),
            sold: true,
            buyer: Some(buyer.clone()),
            terms: Some(terms.clone()),
            order_sequence: 1,
        };
        let told = |standing: Standing, change| standing.after(OrderUpdate { order: &order, sequence: 1, change });
        let without = Standing { buyer: None, ..full.clone() };
        assert_eq!(told(without, Change::Sold(&buyer)), Some(full.clone()));
        let without = Standing { terms: None, ..full.clone() };
        assert_eq!(told(without, Change::Held(&terms)), Some(full));
    }
}
