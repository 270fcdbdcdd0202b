use anyhow::Result;
use common::api::TicketId;
use common::api::orders::OrderStatus;
use common::events::OrderCancelled;
use http::StatusCode;

use super::super::stage::Stage;
use super::{Cast, steps};
use crate::shopper::Call;

/// An order is given up. Gives the ticket, which is for sale again.
pub(in crate::demo) async fn cancelled(stage: &mut Stage<'_>, cast: &Cast) -> Result<TicketId> {
    let ticket = steps::list(stage, &cast.seller, "The Tin Orchestra", "40").await?;
    let order = steps::order(stage, &cast.buyer, &ticket.id).await?;
    let call = Call::delete(format!("/api/orders/{}", order.id));
    stage.ask::<()>(&cast.buyer, call, StatusCode::NO_CONTENT).await?;
    let of_it = |event: &OrderCancelled| event.id == order.id;
    let (cancelled, _) = stage.event("of the order given up", of_it).await?;
    steps::reaches(stage, &cast.buyer, &order.id, OrderStatus::Cancelled).await?;
    steps::returns(stage, &cast.buyer, &ticket.id, &cancelled).await?;
    Ok(ticket.id)
}
