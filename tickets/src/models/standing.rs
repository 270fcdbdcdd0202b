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
    /// The buyer, who gets the handover once it is paid.
    pub(crate) buyer: Option<UserId>,
    /// The order's number; the audit compares it.
    pub(crate) sequence: i64,
}

impl From<&Terms> for bson::Bson {
    fn from(terms: &Terms) -> Self {
        let Terms { title, price, about, buyer, sequence } = terms;
        bson::doc! { "title": title, "price": price.cents(), "about": about, "buyer": buyer.as_ref(), "sequence": sequence }.into()
    }
}

/// One event about an order.
#[derive(Debug, Clone, Copy)]
pub(super) struct OrderUpdate<'a> {
    pub(super) order: &'a OrderId,
    /// The order's number among those on its ticket, from 1.
    pub(super) sequence: i64,
    pub(super) stage: Stage,
    /// Only the order's creation carries them.
    pub(super) terms: Option<&'a Terms>,
}

/// The stages of an order, for its ticket. A later stage wins over an earlier one in any
/// order of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// The order is created.
    Held,
    /// The order is paid.
    Sold,
    /// The order is cancelled. If it was paid, the payment came too late and is refunded.
    Free,
}

impl Standing {
    /// The standing after an event; `None` if the event is stale or a duplicate.
    ///
    /// An order with a higher number counts from any stage, as events about the earlier
    /// orders are stale from then on.
    pub(super) fn after(&self, update: OrderUpdate<'_>) -> Option<Self> {
        let later = update.sequence > self.order_sequence;
        let same = self.order_id.as_ref() == Some(update.order);
        let further = same && update.stage > self.stage();
        // A payment received before its order's creation has no terms.
        let adds_terms = same && self.terms.is_none() && update.terms.is_some();
        if !later && !further && !adds_terms {
            return None;
        }
        let stage = if later { update.stage } else { update.stage.max(self.stage()) };
        let kept = self.terms.as_ref().filter(|_| same);
        Some(Self {
            order_id: (stage != Stage::Free).then(|| update.order.clone()),
            sold: stage == Stage::Sold,
            terms: update.terms.or(kept).filter(|_| stage != Stage::Free).cloned(),
            order_sequence: update.sequence,
        })
    }

    fn stage(&self) -> Stage {
        match (&self.order_id, self.sold) {
            (None, _) => Stage::Free,
            (Some(_), false) => Stage::Held,
            (Some(_), true) => Stage::Sold,
        }
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

    /// The events of two orders that were paid too late, and `last` of the third.
    fn updates<'a>(orders: &'a [OrderId; 3], terms: &'a [Terms; 3], last: &[Stage]) -> Vec<OrderUpdate<'a>> {
        let stages: [&[Stage]; 3] = [&[Stage::Held, Stage::Sold, Stage::Free], &[Stage::Sold, Stage::Free], last];
        let numbered = orders.iter().zip(terms).zip(stages);
        let updates = numbered.flat_map(|((order, terms), stages)| {
            let sequence = terms.sequence;
            stages.iter().map(move |stage| {
                let terms = (*stage == Stage::Held).then_some(terms);
                OrderUpdate { order, sequence, stage: *stage, terms }
            })
        });
        updates.collect()
    }

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
    fn apply_in_every_order(updates: &[OrderUpdate<'_>]) -> Standing {
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
        let (orders, terms) = (orders(), [1, 2, 3].map(terms));
        for (last, order_id, sold) in [
            (&[Stage::Held][..], Some(&orders[2]), false),
            (&[Stage::Held, Stage::Sold], Some(&orders[2]), true),
            (&[Stage::Held, Stage::Free], None, false),
        ] {
            let known = order_id.map(|_| terms[2].clone());
            let expected = Standing { order_id: order_id.cloned(), sold, terms: known, order_sequence: 3 };
            assert_eq!(apply_in_every_order(&updates(&orders, &terms, last)), expected, "{last:?}");
        }
    }

    #[test]
    fn only_the_paid_order_sells_the_ticket() {
        let [held, other, _] = orders();
        let standing = Standing { order_id: Some(held.clone()), order_sequence: 2, ..Standing::default() };
        let paid = |order, sequence| standing.after(OrderUpdate { order, sequence, stage: Stage::Sold, terms: None });
        assert_eq!(paid(&held, 2), Some(Standing { sold: true, ..standing.clone() }));
        assert_eq!(paid(&other, 1), None);
        let resold = Standing { order_id: Some(other.clone()), sold: true, order_sequence: 3, terms: None };
        assert_eq!(paid(&other, 3), Some(resold));
    }
}
