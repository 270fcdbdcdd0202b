use anyhow::{Result, ensure};
use chrono::TimeDelta;
use common::api::tickets::Ticket;
use common::clock::Clock;
use http::StatusCode;

use super::super::stage::Stage;
use super::{Cast, steps};
use crate::shopper::Call;

/// A ticket is listed, ordered and paid. Gives how long an order holds its ticket.
pub(in crate::demo) async fn sale(stage: &mut Stage<'_>, cast: &Cast) -> Result<TimeDelta> {
    let ticket = steps::list(stage, &cast.seller, "Paper Lanterns", "25.50").await?;
    let before = Clock::system().now();
    let order = steps::order(stage, &cast.buyer, &ticket.id).await?;
    steps::pay(stage, &cast.buyer, &order.id).await?;
    steps::for_sale(stage, &cast.buyer, &ticket.id, false).await?;
    let call = Call::get(format!("/api/tickets/{}", ticket.id));
    let sold: Ticket = stage.ask(&cast.buyer, call, StatusCode::OK).await?;
    ensure!(sold.order_id.as_ref() == Some(&order.id), "the ticket does not show the order that bought it");
    Ok(order.expires_at - before)
}
