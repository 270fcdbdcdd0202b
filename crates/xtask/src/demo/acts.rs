//! The acts, and the steps that they share, each with all that must follow from it.

use anyhow::{Result, ensure};
use chrono::TimeDelta;
use common::api::orders::{Order, OrderStatus};
use common::api::payments::{Payment, PaymentStatus};
use common::api::tickets::Ticket;
use common::api::{ErrorBody, OrderId, TicketId, Version};
use common::clock::Clock;
use common::events::{ExpirationComplete, OrderCancelled, OrderCreated, PaymentCreated, TicketCreated, TicketUpdated};
use common::messaging::ObservedEvent;
use http::StatusCode;

use super::show::{Show, TIME_LIMIT};
use crate::shopper::Call;

const VISA: &str = "pm_card_visa";
const DECLINED: &str = "pm_card_chargeDeclined";

impl Show<'_> {
    /// A ticket is listed, ordered and paid. Gives how long an order holds its ticket.
    pub(super) async fn sale(&mut self) -> Result<TimeDelta> {
        let ticket = self.list("Paper Lanterns", "25.50").await?;
        let before = Clock::system().now();
        let order = self.order(&ticket).await?;
        self.pay(&order.id).await?;
        self.for_sale(&ticket, false).await?;
        let sold: Ticket = self.buyer.get(&format!("/api/tickets/{ticket}")).await?;
        ensure!(sold.order_id.as_ref() == Some(&order.id), "the ticket does not show the order that bought it");
        self.print()?;
        Ok(order.expires_at - before)
    }

    /// An order is cancelled. Gives the ticket, which is for sale again.
    pub(super) async fn cancelled(&mut self) -> Result<TicketId> {
        let ticket = self.list("The Tin Orchestra", "40").await?;
        let order = self.order(&ticket).await?;
        self.buyer.send(&Call::cancel(&order.id)).await?.read::<()>(StatusCode::NO_CONTENT)?;
        self.returns(&order.id, &ticket).await?;
        Ok(ticket)
    }

    /// An order is not paid, and expires: not before hold and grace are over, and not
    /// long after.
    pub(super) async fn expired(&mut self, grace: TimeDelta) -> Result<()> {
        let ticket = self.list("A Ladder to the Moon", "18").await?;
        let order = self.order(&ticket).await?;
        let due = order.expires_at + grace;
        let (at, seconds) = (self.timeline.millis(due), grace.num_seconds());
        self.timeline.remark(format_args!("not paid: due at {at} ms, which is expiresAt and {seconds} s of grace"));
        let wait = (due - Clock::system().now()).to_std().unwrap_or_default() + TIME_LIMIT;
        let of_it = |event: &ExpirationComplete| event.order_id == order.id;
        self.event(wait, "of the order whose time is over", of_it).await?;
        let [cancelled, returned] = self.returns(&order.id, &ticket).await?;
        for (event, what) in [(cancelled, "the order was cancelled"), (returned, "the ticket was for sale again")] {
            let late = (event.time.unwrap_or_default() - due).num_milliseconds();
            ensure!(late >= 0, "{what} {} ms before the order was due", -late);
            self.timeline.remark(format_args!("{what} {late} ms after expiresAt and grace"));
        }
        Ok(())
    }

    /// A card is declined, which the answer says in the bank's words; another pays.
    pub(super) async fn declined(&mut self, ticket: &TicketId) -> Result<()> {
        let order = self.order(ticket).await?;
        let refusal = self.buyer.send_when_known(&Call::pay(&order.id, DECLINED)).await?;
        let refusal: ErrorBody = refusal.read(StatusCode::PAYMENT_REQUIRED)?;
        let says_so = refusal.errors.iter().any(|error| error.message.contains("declined"));
        ensure!(says_so, "the refusal does not say that the card was declined: {:?}", refusal.errors);
        self.pay(&order.id).await?;
        self.for_sale(ticket, false).await
    }

    /// Lists a ticket, which is for sale then.
    async fn list(&mut self, title: &str, price: &str) -> Result<TicketId> {
        let id = self.seller.list(title, price).await?.id;
        self.event(TIME_LIMIT, "of the new ticket", |event: &TicketCreated| event.id == id).await?;
        self.for_sale(&id, true).await?;
        Ok(id)
    }

    /// Orders a ticket, which is off the list then.
    async fn order(&mut self, ticket: &TicketId) -> Result<Order> {
        let order = self.buyer.order(ticket).await?;
        ensure!(order.status == OrderStatus::Created, "a new order is {}", order.status.as_str());
        self.event(TIME_LIMIT, "of the new order", |event: &OrderCreated| event.id == order.id).await?;
        let holds = |event: &TicketUpdated| event.id == *ticket && event.order_id.as_ref() == Some(&order.id);
        self.event(TIME_LIMIT, "that the order holds the ticket", holds).await?;
        self.for_sale(ticket, false).await?;
        Ok(order)
    }

    /// Pays with a card that pays, which completes the order.
    async fn pay(&mut self, order: &OrderId) -> Result<()> {
        let payment: Payment = self.buyer.send_when_known(&Call::pay(order, VISA)).await?.read(StatusCode::CREATED)?;
        ensure!(payment.status == PaymentStatus::Succeeded, "the card did not pay: {:?}", payment.status);
        self.event(TIME_LIMIT, "of the payment", |event: &PaymentCreated| event.order_id == *order).await?;
        self.becomes(order, OrderStatus::Complete).await
    }

    /// Waits until a cancelled order's ticket is for sale again. Gives both events.
    async fn returns(&mut self, order: &OrderId, ticket: &TicketId) -> Result<[ObservedEvent; 2]> {
        let of_it = |event: &OrderCancelled| event.id == *order;
        let (event, cancelled) = self.event(TIME_LIMIT, "of the cancelled order", of_it).await?;
        ensure!(event.version == Version(1), "the cancellation is version {}", event.version);
        self.becomes(order, OrderStatus::Cancelled).await?;
        let free = |event: &TicketUpdated| event.id == *ticket && event.order_id.is_none();
        let (_, returned) = self.event(TIME_LIMIT, "that no order holds the ticket any more", free).await?;
        self.for_sale(ticket, true).await?;
        Ok([cancelled, returned])
    }

    async fn becomes(&mut self, order: &OrderId, status: OrderStatus) -> Result<()> {
        let call = Call::get(&format!("/api/orders/{order}"));
        let reply = self.buyer.send_until(&call, |reply| reply.body["status"] == status.as_str()).await?;
        let order: Order = reply.read(StatusCode::OK)?;
        ensure!(order.status == status, "the order is {} and not {}", order.status.as_str(), status.as_str());
        self.print()
    }

    /// Checks whether a ticket is in the list.
    async fn for_sale(&mut self, ticket: &TicketId, wanted: bool) -> Result<()> {
        let list: Vec<Ticket> = self.buyer.get("/api/tickets").await?;
        let listed = list.iter().any(|listed| listed.id == *ticket);
        let wrong = if wanted { "is missing from the list" } else { "is still in the list" };
        ensure!(listed == wanted, "ticket {ticket} {wrong}");
        self.print()
    }
}
