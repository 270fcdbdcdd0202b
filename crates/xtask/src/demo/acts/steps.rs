//! What happens in more than one act, each step with all that must follow from it.

use anyhow::{Result, ensure};
use common::api::orders::{Order, OrderStatus};
use common::api::payments::{Payment, PaymentStatus};
use common::api::tickets::Ticket;
use common::api::{OrderId, TicketId, Version};
use common::events::{OrderCancelled, OrderCreated, PaymentCreated, TicketCreated, TicketUpdated};
use http::StatusCode;

use super::super::stage::Stage;
use crate::shopper::{Call, Shopper};
use crate::watch::Seen;

const VISA: &str = "pm_card_visa";

/// Lists a ticket, which is for sale then.
pub(super) async fn list(stage: &mut Stage<'_>, seller: &Shopper, title: &str, price: &str) -> Result<Ticket> {
    let ticket: Ticket = stage.ask(seller, Call::list_ticket(title, price), StatusCode::CREATED).await?;
    stage.event("of the new ticket", |event: &TicketCreated| event.id == ticket.id).await?;
    for_sale(stage, seller, &ticket.id, true).await?;
    Ok(ticket)
}

/// Orders a ticket, which nobody else can then.
pub(super) async fn order(stage: &mut Stage<'_>, buyer: &Shopper, ticket: &TicketId) -> Result<Order> {
    let order: Order = stage.ask_when_known(buyer, Call::order(ticket), StatusCode::CREATED).await?;
    ensure!(order.status == OrderStatus::Created, "a new order is {}", order.status.as_str());
    stage.event("of the new order", |event: &OrderCreated| event.id == order.id).await?;
    let holds = |event: &TicketUpdated| event.id == *ticket && event.order_id.as_ref() == Some(&order.id);
    stage.event("that the order holds the ticket", holds).await?;
    for_sale(stage, buyer, ticket, false).await?;
    Ok(order)
}

/// Looks whether a ticket is in the list.
pub(super) async fn for_sale(stage: &mut Stage<'_>, who: &Shopper, ticket: &TicketId, wanted: bool) -> Result<()> {
    let list: Vec<Ticket> = stage.ask(who, Call::get("/api/tickets"), StatusCode::OK).await?;
    let listed = list.iter().any(|listed| listed.id == *ticket);
    let wrong = if wanted { "is missing from the list" } else { "is still in the list" };
    ensure!(listed == wanted, "ticket {ticket} {wrong}");
    Ok(())
}

/// Pays with a card that pays, whereupon the order turns complete.
pub(super) async fn pay(stage: &mut Stage<'_>, buyer: &Shopper, order: &OrderId) -> Result<()> {
    let payment: Payment = stage.ask_when_known(buyer, Call::pay(order, VISA), StatusCode::CREATED).await?;
    ensure!(payment.status == PaymentStatus::Succeeded, "the card did not pay: {:?}", payment.status);
    stage.event("of the payment", |event: &PaymentCreated| event.order_id == *order).await?;
    reaches(stage, buyer, order, OrderStatus::Complete).await
}

/// Waits until an order has a status.
pub(super) async fn reaches(
    stage: &mut Stage<'_>,
    buyer: &Shopper,
    order: &OrderId,
    status: OrderStatus,
) -> Result<()> {
    let call = Call::get(format!("/api/orders/{order}"));
    let reply = stage.ask_until(buyer, call, |reply| reply.body["status"] == status.as_str()).await?;
    let order: Order = reply.read(StatusCode::OK)?;
    ensure!(order.status == status, "the order is {} and not {}", order.status.as_str(), status.as_str());
    Ok(())
}

/// Waits until an order's ticket is for sale again, which its cancellation
/// brings about.
pub(super) async fn returns(
    stage: &mut Stage<'_>,
    who: &Shopper,
    ticket: &TicketId,
    cancelled: &OrderCancelled,
) -> Result<Seen> {
    ensure!(cancelled.version == Version(1), "the cancellation is version {}", cancelled.version);
    let free = |event: &TicketUpdated| event.id == *ticket && event.order_id.is_none();
    let (_, seen) = stage.event("that nobody holds the ticket any more", free).await?;
    for_sale(stage, who, ticket, true).await?;
    Ok(seen)
}
