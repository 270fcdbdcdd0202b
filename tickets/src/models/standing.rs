//! What a ticket knows of the orders on it.

use common::api::{OrderId, Price, price};
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
    /// What that order says of the ticket, whatever its seller changed meanwhile.
    /// Not known before the order's creation is heard of.
    #[serde(default)]
    pub(super) terms: Option<Terms>,
    /// The number of the latest order that was heard of, 0 before the first.
    /// Whatever is said of an earlier one is old news.
    pub(super) order_sequence: i64,
}

/// A ticket as an order has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Terms {
    /// Orders of before it was told lack it.
    #[serde(default)]
    pub(super) title: Option<String>,
    #[serde(with = "price::cents")]
    pub(super) price: Price,
    /// The order's number. A replica of before terms were kept may have left
    /// those of an earlier order behind.
    pub(super) sequence: i64,
}

impl From<&Terms> for bson::Bson {
    fn from(terms: &Terms) -> Self {
        bson::doc! { "title": terms.title.as_ref(), "price": terms.price.cents(), "sequence": terms.sequence }.into()
    }
}

/// What is said of an order.
#[derive(Debug, Clone, Copy)]
pub(super) struct News<'a> {
    pub(super) order: &'a OrderId,
    /// The order's number among those on its ticket.
    pub(super) sequence: i64,
    pub(super) stage: Stage,
    /// What the order says of the ticket; its creation alone tells.
    pub(super) terms: Option<&'a Terms>,
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
        let same = self.order_id.as_ref() == Some(news.order);
        let further = same && news.stage > self.stage();
        // A payment that was heard of first could not tell them.
        let tells_terms = same && self.terms().is_none() && news.terms.is_some();
        if !later && !further && !tells_terms {
            return None;
        }
        let stage = if later { news.stage } else { news.stage.max(self.stage()) };
        let kept = self.terms().filter(|_| same);
        Some(Self {
            order_id: (stage != Stage::Free).then(|| news.order.clone()),
            sold: stage == Stage::Sold,
            terms: news.terms.or(kept).filter(|_| stage != Stage::Free).cloned(),
            order_sequence: news.sequence,
        })
    }

    /// What the order that holds or has bought the ticket says of it, if known.
    pub(super) fn terms(&self) -> Option<&Terms> {
        self.terms.as_ref().filter(|terms| self.order_id.is_some() && terms.sequence == self.order_sequence)
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
        Terms { title: Some("Concert".into()), price: "20".parse().unwrap(), sequence }
    }

    fn orders() -> [OrderId; 3] {
        ["65a000000000000000000001", "65a000000000000000000002", "65a000000000000000000003"]
            .map(|id| id.parse().unwrap())
    }

    /// Paid too late; paid too late as well; and `last`.
    fn news<'a>(orders: &'a [OrderId; 3], terms: &'a [Terms; 3], last: &[Stage]) -> Vec<News<'a>> {
        let stages: [&[Stage]; 3] = [&[Stage::Held, Stage::Sold, Stage::Free], &[Stage::Sold, Stage::Free], last];
        let numbered = orders.iter().zip(terms).zip(stages);
        let told = numbered.flat_map(|((order, terms), stages)| {
            let sequence = terms.sequence;
            stages.iter().map(move |stage| {
                let terms = (*stage == Stage::Held).then_some(terms);
                News { order, sequence, stage: *stage, terms }
            })
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
        let (orders, terms) = (orders(), [1, 2, 3].map(terms));
        for (last, order_id, sold) in [
            (&[Stage::Held][..], Some(&orders[2]), false),
            (&[Stage::Held, Stage::Sold], Some(&orders[2]), true),
            (&[Stage::Held, Stage::Free], None, false),
        ] {
            let known = order_id.map(|_| terms[2].clone());
            let expected = Standing { order_id: order_id.cloned(), sold, terms: known, order_sequence: 3 };
            assert_eq!(in_every_order(&news(&orders, &terms, last)), expected, "{last:?}");
        }
    }

    #[test]
    fn what_an_earlier_order_has_left_behind_is_not_shown() {
        let [held, _, _] = orders();
        let stale = Standing { order_id: Some(held.clone()), terms: Some(terms(1)), order_sequence: 2, sold: false };
        assert_eq!(stale.terms(), None);
        assert_eq!(Standing { order_id: None, terms: Some(terms(2)), order_sequence: 2, sold: false }.terms(), None);
        let told = terms(2);
        let again = News { order: &held, sequence: 2, stage: Stage::Held, terms: Some(&told) };
        assert_eq!(stale.after(again).unwrap().terms(), Some(&told));
    }

    #[test]
    fn a_ticket_is_sold_by_exactly_the_order_that_is_paid() {
        let [held, other, _] = orders();
        let standing = Standing { order_id: Some(held.clone()), order_sequence: 2, ..Standing::default() };
        let paid = |order, sequence| standing.after(News { order, sequence, stage: Stage::Sold, terms: None });
        assert_eq!(paid(&held, 2), Some(Standing { sold: true, ..standing.clone() }));
        assert_eq!(paid(&other, 1), None);
        let resold = Standing { order_id: Some(other.clone()), sold: true, order_sequence: 3, terms: None };
        assert_eq!(paid(&other, 3), Some(resold));
    }
}
