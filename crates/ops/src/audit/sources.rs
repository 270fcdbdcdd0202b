//! What an audit reads.

use std::time::Duration;

use anyhow::{Context, Result};
use chrono::TimeDelta;
use common::clock::Clock;
use common::messaging::{Broker, DeadLetters};
use futures::{StreamExt, stream};
use mongodb::Database;

use super::Outcome;
use super::by_order::ByOrder;
use super::by_ticket::ByTicket;
use super::documents::{Intent, Ledger, Order, OrderReplica, Payment, Ticket};
use super::findings::Findings;
use super::sorted::Sorted;
use crate::Stack;

/// The stores of a stack.
pub(super) struct Sources {
    tickets: Database,
    orders: Database,
    payments: Database,
    broker: Broker,
    ledger: Option<String>,
    grace: TimeDelta,
    http: reqwest::Client,
}

impl Sources {
    pub(super) async fn open(stack: &Stack) -> Result<Self> {
        Ok(Self {
            tickets: stack.database("tickets").await?,
            orders: stack.database("orders").await?,
            payments: stack.database("payments").await?,
            broker: stack.broker().await?,
            ledger: stack.ledger.clone(),
            grace: stack.grace,
            http: reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(10)).build()?,
        })
    }

    /// One pass over everything.
    pub(super) async fn check(&self) -> Result<Outcome> {
        let (mut findings, now) = (Findings::default(), Clock::system().now());
        let mut by_ticket = ByTicket {
            tickets: Sorted::open(&self.tickets, "tickets", "_id", |it: &Ticket| &it.id).await?,
            replicas: Sorted::open(&self.orders, "tickets", "_id", |it: &Ticket| &it.id).await?,
            orders: Sorted::open(&self.orders, "orders", "ticket.id", |it: &Order| &it.ticket.id).await?,
        };
        by_ticket.check(now - self.grace, &mut findings).await?;
        let mut by_order = ByOrder {
            orders: Sorted::open(&self.orders, "orders", "_id", |it: &Order| &it.id).await?,
            replicas: Sorted::open(&self.payments, "orders", "_id", |it: &OrderReplica| &it.id).await?,
            payments: Sorted::open(&self.payments, "payments", "orderId", |it: &Payment| &it.order_id).await?,
            intents: self.intents().await?,
        };
        by_order.check(&mut findings).await?;
        findings.add_backlog(&self.broker.backlog().await?);

        let (tickets, orders, payments) = (by_ticket.tickets.read, by_order.orders.read, by_order.payments.read);
        let mut notes = vec![format!("checked {tickets} tickets, {orders} orders and {payments} payments")];
        notes.push(match by_order.intents {
            Some(intents) => format!("and at {} intents in the stand-in's ledger", intents.read),
            None => "not at Stripe's ledger: payments are with Stripe itself, see its dashboard".into(),
        });
        let letters = DeadLetters::open(&self.broker).await?.count().await?;
        if letters > 0 {
            notes.push(format!("{letters} dead letters wait to be published again: see the command dead-letters"));
        }
        Ok(Outcome { findings: findings.sorted(), notes })
    }

    /// The stand-in's ledger.
    async fn intents(&self) -> Result<Option<Sorted<Intent>>> {
        let Some(url) = &self.ledger else { return Ok(None) };
        let answer = self.http.get(url).send().await.context("the stand-in's ledger")?;
        let Ledger { mut intents } = answer.error_for_status()?.json().await.context("the stand-in's ledger")?;
        intents.sort_by(|one, other| one.order_id().cmp(other.order_id()));
        let intents = stream::iter(intents).map(|intent| Ok(Ok(intent)));
        Sorted::of(intents.boxed(), Intent::order_id).await.map(Some)
    }
}
