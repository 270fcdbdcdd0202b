//! One look at everything.

use std::time::Duration;

use anyhow::{Context, Result};
use bson::{RawDocumentBuf, doc};
use chrono::{DateTime, TimeDelta, Utc};
use common::clock::Clock;
use common::messaging::{Backlog, Broker, DeadLetters};
use futures::TryStreamExt;
use mongodb::Database;
use serde::de::DeserializeOwned;

use super::documents::{Ledger, Order, OrderReplica, Payment, Ticket};
use crate::Stack;

/// Where to look.
pub(super) struct Sources {
    tickets: Database,
    orders: Database,
    payments: Database,
    broker: Broker,
    ledger: Option<String>,
    grace: TimeDelta,
    http: reqwest::Client,
}

/// What there was to see.
#[derive(Clone, Debug)]
pub(super) struct Snapshot {
    pub(super) at: DateTime<Utc>,
    pub(super) grace: TimeDelta,
    pub(super) tickets: Vec<Ticket>,
    pub(super) orders: Vec<Order>,
    pub(super) ticket_replicas: Vec<Ticket>,
    pub(super) order_replicas: Vec<OrderReplica>,
    pub(super) payments: Vec<Payment>,
    pub(super) backlog: Vec<Backlog>,
    pub(super) ledger: Option<Ledger>,
    pub(super) dead_letters: u64,
    /// Documents that can't be read.
    pub(super) unreadable: Vec<String>,
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

    pub(super) async fn take(&self) -> Result<Snapshot> {
        let mut unreadable = Vec::new();
        Ok(Snapshot {
            at: Clock::system().now(),
            grace: self.grace,
            tickets: all(&self.tickets, "tickets", &mut unreadable).await?,
            orders: all(&self.orders, "orders", &mut unreadable).await?,
            ticket_replicas: all(&self.orders, "tickets", &mut unreadable).await?,
            order_replicas: all(&self.payments, "orders", &mut unreadable).await?,
            payments: all(&self.payments, "payments", &mut unreadable).await?,
            backlog: self.broker.backlog().await?,
            ledger: self.ledger().await?,
            dead_letters: DeadLetters::open(&self.broker).await?.count().await?,
            unreadable,
        })
    }

    async fn ledger(&self) -> Result<Option<Ledger>> {
        let Some(url) = &self.ledger else { return Ok(None) };
        let answer = self.http.get(url).send().await.context("the stand-in's ledger")?;
        Ok(Some(answer.error_for_status()?.json().await.context("the stand-in's ledger")?))
    }
}

/// All documents that can be read; the others are named.
async fn all<T: DeserializeOwned>(
    database: &Database,
    collection: &str,
    unreadable: &mut Vec<String>,
) -> Result<Vec<T>> {
    let name = || format!("{}'s collection {collection}", database.name());
    let mut cursor = database.collection::<RawDocumentBuf>(collection).find(doc! {}).await.with_context(name)?;
    let mut all = Vec::new();
    while let Some(document) = cursor.try_next().await.with_context(name)? {
        match bson::deserialize_from_slice(document.as_bytes()) {
            Ok(document) => all.push(document),
            Err(error) => {
                let id = document.get("_id").ok().flatten();
                unreadable.push(format!("document {id:?} in {} can't be read: {error}", name()));
            }
        }
    }
    Ok(all)
}

impl Snapshot {
    pub(super) fn notes(&self) -> Vec<String> {
        let (tickets, orders, payments) = (self.tickets.len(), self.orders.len(), self.payments.len());
        let mut notes = vec![format!("looked at {tickets} tickets, {orders} orders and {payments} payments")];
        match &self.ledger {
            Some(ledger) => notes.push(format!("and at {} intents in the stand-in's ledger", ledger.intents.len())),
            None => notes.push("not at Stripe's ledger: payments are with Stripe itself, see its dashboard".into()),
        }
        if self.dead_letters > 0 {
            let count = self.dead_letters;
            notes.push(format!("{count} dead letters wait to be published again: see the command dead-letters"));
        }
        notes
    }
}
