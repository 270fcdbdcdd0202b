//! How late orders expire.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result};
use chrono::{DateTime, TimeDelta, Utc};
use common::api::OrderId;
use common::events::{Event, OrderCancelled};
use tokio::time::timeout;

use super::market::{Market, in_flight};
use super::sample::{COLUMNS, Sample};
use super::table::Section;
use crate::stack::Inventory;
use crate::watch::Watch;

pub(super) const HOLD_SECONDS: u32 = 5;
pub(super) const GRACE_SECONDS: u32 = 1;

const SAMPLES: usize = 20;
/// Much longer than it takes.
const PATIENCE: Duration = Duration::from_mins(1);

/// Lets some orders expire at the same time.
pub(super) async fn measure(inventory: &Inventory) -> Result<Section> {
    let market = Market::of(inventory);
    let (seller, buyer) = (market.newcomer("seller").await?, market.newcomer("buyer").await?);
    let tickets = market.tickets(&seller, SAMPLES).await?;
    let mut watch = Watch::open(inventory).await?;
    let orders = in_flight(tickets.iter().map(|ticket| market.order(&buyer, ticket))).await?;
    let grace = TimeDelta::seconds(GRACE_SECONDS.into());
    let due = orders.into_iter().map(|order| (order.id, order.expires_at + grace)).collect();
    let late = timeout(PATIENCE, cancellations(&mut watch, due)).await;
    let late = Sample::of(late.context("some orders do not expire")??);
    let how = format!(
        "{} orders made at the same time, held for {HOLD_SECONDS} s; from expiresAt and {GRACE_SECONDS} s of grace until \
         order:cancelled passes",
        late.len()
    );
    Ok(Section::new("Lateness of expiry", how, &COLUMNS).row(late.row("an order is cancelled")))
}

/// How long after its time each order's cancellation passes.
async fn cancellations(watch: &mut Watch, mut due: BTreeMap<OrderId, DateTime<Utc>>) -> Result<Vec<Duration>> {
    let mut late = Vec::new();
    while !due.is_empty() {
        let seen = watch.next().await?;
        if seen.event.subject != OrderCancelled::SUBJECT {
            continue;
        }
        let cancelled: OrderCancelled = serde_json::from_value(seen.event.payload)?;
        if let Some(time) = due.remove(&cancelled.id) {
            late.push((seen.time - time).to_std().with_context(|| format!("order {} expired early", cancelled.id))?);
        }
    }
    Ok(late)
}
