use std::time::Duration;

use anyhow::{Result, ensure};
use chrono::TimeDelta;
use common::api::orders::OrderStatus;
use common::clock::Clock;
use common::events::{ExpirationComplete, OrderCancelled};

use super::super::stage::Stage;
use super::{Cast, steps};

/// How late an order may be cancelled.
const PATIENCE: Duration = Duration::from_secs(15);

/// An order is not paid in time, and ends by itself: not before its time and
/// the grace for a payment under way are over, and not long after.
pub(in crate::demo) async fn expired(stage: &mut Stage<'_>, cast: &Cast, grace: TimeDelta) -> Result<()> {
    let ticket = steps::list(stage, &cast.seller, "A Ladder to the Moon", "18").await?;
    let order = steps::order(stage, &cast.buyer, &ticket.id).await?;
    let due = order.expires_at + grace;
    stage.timeline.remark(format_args!(
        "nobody pays: due at {} ms, which is expiresAt and {} s for a payment under way",
        stage.timeline.millis_of(due),
        grace.num_seconds()
    ));
    let wait = (due - Clock::system().now()).to_std().unwrap_or_default() + PATIENCE;
    let of_it = |event: &ExpirationComplete| event.order_id == order.id;
    stage.event_within(wait, "of the order whose time is over", of_it).await?;
    let of_it = |event: &OrderCancelled| event.id == order.id;
    let (cancelled, cancellation) = stage.event("of the order whose time is over", of_it).await?;
    let late = (cancellation.time - due).num_milliseconds();
    ensure!(late >= 0, "the order was cancelled {} ms before it was due", -late);
    stage.timeline.remark(format_args!("order:cancelled came {late} ms after expiresAt and grace"));
    steps::reaches(stage, &cast.buyer, &order.id, OrderStatus::Cancelled).await?;
    let returned = steps::returns(stage, &cast.buyer, &ticket.id, &cancelled).await?;
    let late = (returned.time - due).num_milliseconds();
    stage.timeline.remark(format_args!("the ticket was for sale again {late} ms after expiresAt and grace"));
    Ok(())
}
