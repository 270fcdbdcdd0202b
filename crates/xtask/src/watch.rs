//! The events of a stack, noted the moment they pass.

use std::pin::pin;
use std::time::Instant;

use anyhow::{Context, Error, Result};
use chrono::{DateTime, Utc};
use common::clock::Clock;
use common::messaging::{Broker, BrokerError, ObservedEvent};
use futures::{Stream, StreamExt};
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use crate::stack::Inventory;

type Noted = Result<Seen, BrokerError>;

/// An event, and when it passed.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The instant.
    pub at: Instant,
    /// The time of day.
    pub time: DateTime<Utc>,
    /// The event.
    pub event: ObservedEvent,
}

/// A watch over a stack's events, until dropped.
#[derive(Debug)]
pub struct Watch {
    passed: UnboundedReceiver<Noted>,
    _task: JoinSet<()>,
}

impl Watch {
    /// Begins; no event after this is missed.
    pub async fn open(inventory: &Inventory) -> Result<Self> {
        let prefix = inventory.events_prefix.parse().map_err(Error::msg)?;
        let events = Broker::connect(&inventory.nats.url, prefix).await?.watch().await?;
        let (note, passed) = unbounded_channel();
        let mut task = JoinSet::new();
        task.spawn(keep(events, note));
        Ok(Self { passed, _task: task })
    }

    /// Waits for the next event.
    pub async fn next(&mut self) -> Result<Seen> {
        Ok(self.passed.recv().await.context("the stack's events have ended")??)
    }

    /// The next event if it has passed already.
    pub fn passed(&mut self) -> Result<Option<Seen>> {
        match self.passed.try_recv() {
            Err(TryRecvError::Empty) => Ok(None),
            noted => Ok(Some(noted.context("the stack's events have ended")??)),
        }
    }
}

/// Notes events whatever the watch's owner is doing meanwhile.
async fn keep(events: impl Stream<Item = Result<ObservedEvent, BrokerError>>, note: UnboundedSender<Noted>) {
    let mut events = pin!(events);
    while let Some(event) = events.next().await {
        let (at, time) = (Instant::now(), Clock::system().now());
        if note.send(event.map(|event| Seen { at, time, event })).is_err() {
            return;
        }
    }
}
