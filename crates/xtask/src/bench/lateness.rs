//! How late orders expire.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result};
use chrono::{DateTime, TimeDelta, Utc};
use common::api::OrderId;
use common::clock::Clock;
use common::events::{Event, OrderCancelled};
use common::messaging::ObservedEvents;
use futures::StreamExt;
use tokio::time::timeout;

use super::market::{self, in_flight};
use super::sample::{COLUMNS, Sample};
use super::table::Section;
use crate::stack::Inventory;

pub(super) const HOLD_SECONDS: u32 = 5;
pub(super) const GRACE_SECONDS: u32 = 1;

const SAMPLES: usize = 20;
/// Much longer than it takes.
const TIME_LIMIT: Duration = Duration::from_mins(1);

/// Lets some orders expire at the same time.
pub(super) async fn measure(inventory: &Inventory) -> Result<Section> {
    let (seller, buyer) = market::pair(&market::services(inventory)).await?;
    let tickets = market::tickets(&seller, SAMPLES).await?;
    let events = inventory.for_operators()?.broker.connect().await?.watch().await?;
    let orders = in_flight(tickets.iter().map(|ticket| buyer.order(ticket))).await?;
    let grace = TimeDelta::seconds(GRACE_SECONDS.into());
    let due = orders.into_iter().map(|order| (order.id, order.expires_at + grace)).collect();
    let late = timeout(TIME_LIMIT, cancellations(events, due)).await;
    let late = Sample::of(late.context("some orders do not expire")??);
    let how = format!(
        "{} orders made at the same time, held for {HOLD_SECONDS} s; from expiresAt and {GRACE_SECONDS} s of grace until \
         order:cancelled arrives",
        late.len()
    );
    Ok(Section::new("Lateness of expiry", how, &COLUMNS).row(late.row("an order is cancelled")))
}

/// How long after its time each order's cancellation arrives.
async fn cancellations(mut events: ObservedEvents, mut due: BTreeMap<OrderId, DateTime<Utc>>) -> Result<Vec<Duration>> {
    let mut late = Vec::new();
    while !due.is_empty() {
        let event = events.next().await.context("the stack's events have ended")??;
        if event.subject != OrderCancelled::SUBJECT {
            continue;
        }
        let (now, cancelled) = (Clock::system().now(), serde_json::from_value::<OrderCancelled>(event.payload)?);
        if let Some(time) = due.remove(&cancelled.id) {
            late.push((now - time).to_std().with_context(|| format!("order {} expired early", cancelled.id))?);
        }
    }
    Ok(late)
}
