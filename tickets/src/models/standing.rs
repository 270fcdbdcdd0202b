//! What a ticket knows of the orders on it.

use common::api::OrderId;
use serde::{Deserialize, Serialize};

/// How a ticket stands with the latest order that it has heard of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Standing {
    /// The order that holds or has bought the ticket.
    pub(super) order_id: Option<OrderId>,
    /// Whether that order is paid. Tickets of before this was kept lack it.
    #[serde(default)]
    pub(super) sold: bool,
    /// The number of the latest order that was heard of, 0 before the first.
    /// Whatever is said of an earlier one is old news.
    pub(super) order_sequence: i64,
}

/// What is said of an order.
#[derive(Debug, Clone, Copy)]
pub(super) struct News<'a> {
    pub(super) order: &'a OrderId,
    /// The order's number among those on its ticket.
    pub(super) sequence: i64,
    pub(super) stage: Stage,
}

/// How far an order has come, and its ticket with it: each stage outdoes those
/// before it, in whatever order they are heard of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// The order is made.
    Held,
    /// It is paid.
    Sold,
    /// It is cancelled, even if it was paid: too late then, and refunded.
    Free,
}

impl Standing {
    /// How the ticket stands after news; nothing, if they are old.
    ///
    /// A later order counts from whatever stage it is first heard of at: its
    /// earlier ones will be old news then.
    pub(super) fn after(&self, news: News<'_>) -> Option<Self> {
        let later = news.sequence > self.order_sequence;
        let further = self.order_id.as_ref() == Some(news.order) && news.stage > self.stage();
        (later || further).then(|| Self {
            order_id: (news.stage != Stage::Free).then(|| news.order.clone()),
            sold: news.stage == Stage::Sold,
            order_sequence: news.sequence,
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

    fn orders() -> [OrderId; 3] {
        ["65a000000000000000000001", "65a000000000000000000002", "65a000000000000000000003"]
            .map(|id| id.parse().unwrap())
    }

    /// Paid too late; paid too late as well; and `last`.
    fn news<'a>(orders: &'a [OrderId; 3], last: &[Stage]) -> Vec<News<'a>> {
        let stages: [&[Stage]; 3] = [&[Stage::Held, Stage::Sold, Stage::Free], &[Stage::Sold, Stage::Free], last];
        let numbered = orders.iter().zip(1..).zip(stages);
        let told = numbered.flat_map(|((order, sequence), stages)| {
            stages.iter().map(move |stage| News { order, sequence, stage: *stage })
        });
        told.collect()
    }

    /// Visits every order of `rest` after `heard`.
    fn permute(heard: &mut Vec<usize>, rest: &BTreeSet<usize>, visit: &mut impl FnMut(&[usize])) {
        if rest.is_empty() {
            visit(heard);
        }
        for next in rest {
            heard.push(*next);
            let others = rest.iter().copied().filter(|other| other != next).collect();
            permute(heard, &others, visit);
            heard.pop();
        }
    }

    /// Hears of everything in every order, and gives how the ticket stands then.
    /// Fails unless the order and repetitions are without effect, also on the way.
    fn in_every_order(news: &[News<'_>]) -> Standing {
        let mut known: BTreeMap<BTreeSet<usize>, Standing> = BTreeMap::new();
        permute(&mut Vec::new(), &(0..news.len()).collect(), &mut |permutation| {
            let mut standing = Standing::default();
            for (index, latest) in permutation.iter().enumerate() {
                standing = standing.after(news[*latest]).unwrap_or(standing);
                let heard = &permutation[..=index];
                for again in heard {
                    assert_eq!(standing.after(news[*again]), None, "{again} is news again after {heard:?}");
                }
                let known = known.entry(heard.iter().copied().collect()).or_insert_with(|| standing.clone());
                assert_eq!(standing, *known, "{heard:?}");
            }
        });
        known.remove(&(0..news.len()).collect()).unwrap()
    }

    #[test]
    fn news_in_any_order_and_again_come_to_the_same() {
        let orders = orders();
        for (last, order_id, sold) in [
            (&[Stage::Held][..], Some(&orders[2]), false),
            (&[Stage::Held, Stage::Sold], Some(&orders[2]), true),
            (&[Stage::Held, Stage::Free], None, false),
        ] {
            let expected = Standing { order_id: order_id.cloned(), sold, order_sequence: 3 };
            assert_eq!(in_every_order(&news(&orders, last)), expected, "{last:?}");
        }
    }

    #[test]
    fn a_ticket_is_sold_by_exactly_the_order_that_is_paid() {
        let [held, other, _] = orders();
        let standing = Standing { order_id: Some(held.clone()), sold: false, order_sequence: 2 };
        let paid = |order, sequence| standing.after(News { order, sequence, stage: Stage::Sold });
        assert_eq!(paid(&held, 2), Some(Standing { sold: true, ..standing.clone() }));
        assert_eq!(paid(&other, 1), None);
        assert_eq!(paid(&other, 3), Some(Standing { order_id: Some(other.clone()), sold: true, order_sequence: 3 }));
    }
}
