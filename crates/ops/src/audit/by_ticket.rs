//! I1, I3 to I6: a ticket, its replica and the orders on it.

use std::fmt;

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};

use super::documents::{About, Order, Ticket};
use super::findings::{Findings, Invariant};
use super::sorted::{Sorted, least};

/// How late after hold and grace an order may be cancelled.
const LATENESS: TimeDelta = TimeDelta::seconds(5);

/// Three collections in the order of their tickets' ids, which are read together. In
/// memory is one ticket at a time, with its replica and all orders on it.
pub(super) struct ByTicket {
    pub(super) tickets: Sorted<Ticket>,
    pub(super) replicas: Sorted<Ticket>,
    pub(super) orders: Sorted<Order>,
}

/// What orders keeps of a ticket.
#[derive(PartialEq)]
struct Seen {
    version: i64,
    title: String,
    price: i64,
    about: About,
    withdrawn: bool,
}

impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { version, title, price, about, withdrawn } = self;
        write!(f, "version {version}, {title:?} for {price} cents")?;
        if *about != About::default() {
            write!(f, ", {about:?}")?;
        }
        f.write_str(if *withdrawn { ", withdrawn" } else { "" })
    }
}

struct Group {
    ticket: Option<Ticket>,
    replica: Option<Ticket>,
    /// Oldest first, as ids begin with the time.
    orders: Vec<Order>,
}

impl ByTicket {
    /// Checks every ticket; `held` is now less the grace.
    pub(super) async fn check(&mut self, held: DateTime<Utc>, findings: &mut Findings) -> Result<()> {
        while let Some(id) = least([self.tickets.key(), self.replicas.key(), self.orders.key()]) {
            let (ticket, replica) = (self.tickets.take(&id).await?.pop(), self.replicas.take(&id).await?.pop());
            let mut orders = self.orders.take(&id).await?;
            orders.sort_by(|one, other| one.id.cmp(&other.id));
            Group { ticket, replica, orders }.check(&id, held, findings);
        }
        self.tickets.add_unreadable(findings);
        self.replicas.add_unreadable(findings);
        self.orders.add_unreadable(findings);
        Ok(())
    }
}

impl Group {
    fn check(&self, id: &str, held: DateTime<Utc>, findings: &mut Findings) {
        let live: Vec<&Order> = self.orders.iter().filter(|order| order.is_live()).collect();
        if live.len() > 1 {
            let ids: Vec<_> = live.iter().map(|order| order.id.as_str()).collect();
            let what = format!("ticket {id} has {} live orders: {}", ids.len(), ids.join(", "));
            findings.add(Invariant::OneLiveOrder, [what]);
        }
        for order in &self.orders {
            findings.add_outbox("order", &order.id, order.outbox.len());
        }
        findings.add(Invariant::Holds, live.iter().filter_map(|order| overdue(order, held)));
        let seen = |ticket: &Ticket| Seen {
            version: ticket.version,
            title: ticket.title.clone(),
            price: ticket.price,
            about: ticket.about.clone(),
            withdrawn: ticket.withdrawn,
        };
        let (owner, replica) = (self.ticket.as_ref().map(seen), self.replica.as_ref().map(seen));
        findings.add_difference("orders' copy of ticket", id, owner, replica);
        if let Some(ticket) = &self.ticket {
            findings.add_outbox("ticket", id, ticket.outbox.len());
            findings.add(Invariant::TicketsOrder, another_order(ticket, live.first().copied()));
            let complete = self.orders.iter().rfind(|order| order.is_complete());
            findings.add(Invariant::Sold, wrongly_sold(ticket, complete));
        }
    }
}

fn overdue(order: &Order, held: DateTime<Utc>) -> Option<String> {
    let late = held - order.expires_at.to_chrono();
    let milliseconds = late.num_milliseconds();
    (!order.is_complete() && late > LATENESS)
        .then(|| format!("order {} holds its ticket {milliseconds} ms beyond its grace", order.id))
}

fn another_order(ticket: &Ticket, live: Option<&Order>) -> Option<String> {
    let (actual, expected) = (ticket.order_id.as_deref(), live.map(|order| order.id.as_str()));
    if actual != expected {
        let name = |order: Option<&str>| order.unwrap_or("none").to_owned();
        let (actual, expected) = (name(actual), name(expected));
        return Some(format!("ticket {} says order {actual}; the live one is {expected}", ticket.id));
    }
    let (shown, price) = (ticket.shown_price(), live?.ticket.price);
    (shown != price).then(|| format!("ticket {} shows {shown} cents; its order says {price}", ticket.id))
}

fn wrongly_sold(ticket: &Ticket, complete: Option<&Order>) -> Option<String> {
    match (ticket.sold, complete) {
        (true, None) => Some(format!("ticket {} says that it is sold; no order of it is complete", ticket.id)),
        (false, Some(Order { id, .. })) => {
            Some(format!("ticket {} does not say that order {id} has bought it", ticket.id))
        }
        (_, complete) => {
            let (named, buyer) = (ticket.buyer.as_deref(), complete.map(|order| order.user_id.as_str()));
            let name = |user: Option<&str>| user.unwrap_or("nobody").to_owned();
            (named != buyer)
                .then(|| format!("ticket {} is handed to {}; {} has bought it", ticket.id, name(named), name(buyer)))
        }
    }
}
