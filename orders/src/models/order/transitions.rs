use super::{OrderDocument, OrderError, Orders, TicketDocument};
use crate::models::TicketReplica;
use bson::{Document, doc};
use chrono::{DateTime, Utc};
use common::{
    api::{
        OrderId, Price, UserId, Version,
        orders::{CancelReason, Card, Order, OrderStatus},
    },
    messaging::OutboxEvent,
    mongo::is_duplicate_key,
};
use mongodb::error::Error;

/// How an order ends.
#[derive(Debug, Clone)]
enum End {
    Complete(Paid),
    Cancelled(CancelReason),
}

/// When and by which card an order was paid, as far as that is known.
#[derive(Debug, Clone)]
struct Paid {
    at: Option<bson::DateTime>,
    card: Option<Card>,
}

impl Orders {
    /// Reserves a ticket for a buyer, unless a live order has it, it can't be sold any more,
    /// or its price is not the one that the buyer has `seen`. Orders on a ticket are numbered; of racing inserts
    /// with the same number one succeeds.
    pub async fn reserve(
        &self,
        buyer: UserId,
        ticket: TicketReplica,
        seen: Option<Price>,
    ) -> Result<Order, OrderError> {
        if ticket.user_id == buyer {
            return Err(OrderError::OwnTicket);
        }
        let latest = self.latest(&ticket.id).await?;
        if latest.as_ref().is_some_and(|order| order.status.is_live()) {
            return Err(OrderError::Reserved);
        }
        if ticket.withdrawn {
            return Err(OrderError::Withdrawn);
        }
        if ticket.about.has_begun(self.clock.now()) {
            return Err(OrderError::Started);
        }
        if seen.is_some_and(|seen| seen != ticket.price) {
            return Err(OrderError::PriceChanged);
        }
        let sequence = latest.map_or(1, |order| order.ticket.sequence + 1);
        let order = self.new_order(buyer, ticket, sequence);
        match self.collection.insert_one(&order).await {
            Ok(_) => {
                self.outbox.wake();
                Ok(order.into())
            }
            Err(error) if is_duplicate_key(&error) => Err(OrderError::Reserved),
            Err(error) => Err(error.into()),
        }
    }

    fn new_order(&self, buyer: UserId, ticket: TicketReplica, sequence: i64) -> OrderDocument {
        let now = self.clock.now();
        let TicketReplica { id, title, price, about, .. } = ticket;
        let mut order = OrderDocument {
            id: OrderId::new(),
            version: Version(0),
            status: OrderStatus::Created,
            user_id: buyer,
            expires_at: (now + self.hold).into(),
            ticket: TicketDocument { id, title, price, sequence, about },
            reason: None,
            refunded: false,
            refunded_cents: None,
            paid_at: None,
            card: None,
            outbox: Vec::new(),
        };
        order.outbox.push(OutboxEvent::new(&order.created(), now).into());
        order
    }

    /// Cancels an order. Cancelling again changes nothing.
    pub async fn cancel(&self, id: &OrderId) -> Result<(), OrderError> {
        match self.end(id, End::Cancelled(CancelReason::Buyer)).await? {
            OrderStatus::Complete => Err(OrderError::Complete),
            _ => Ok(()),
        }
    }

    /// Cancels an order that was not paid in time and can't be paid any more, unless it
    /// has ended.
    pub async fn expire(&self, id: &OrderId) -> Result<(), OrderError> {
        self.end(id, End::Cancelled(CancelReason::Expired)).await.map(drop)
    }

    /// Completes a paid order, unless it has ended. If its buyer cancelled it first,
    /// payments refunds the money.
    pub async fn complete(
        &self,
        id: &OrderId,
        paid_at: Option<DateTime<Utc>>,
        card: Option<Card>,
    ) -> Result<(), OrderError> {
        self.end(id, End::Complete(Paid { at: paid_at.map(bson::DateTime::from), card })).await.map(drop)
    }

    /// Records how much of an order's money has been refunded so far, all of it if
    /// `part` is `None`. The version stays: it counts what decides who gets the ticket.
    pub async fn mark_refunded(&self, id: &OrderId, part: Option<Price>) -> Result<(), OrderError> {
        let cents = part.map(Price::cents);
        loop {
            let order = self.existing(id).await?;
            // A smaller amount than the recorded one is stale; nothing is more than all.
            let is_known = |known: Option<i64>| known.is_none_or(|known| cents.is_some_and(|cents| cents <= known));
            if order.refunded && is_known(order.refunded_cents) {
                return Ok(());
            }
            let unchanged = doc! { "_id": id, "refunded": order.refunded, "refundedCents": order.refunded_cents };
            let refunded = OrderDocument { refunded: true, refunded_cents: cents, ..order };
            let event = OutboxEvent::new(&refunded.given_back(), self.clock.now());
            let change = doc! {
                "$set": { "refunded": true, "refundedCents": cents, "refundAnnounced": refunded.cents_given_back() },
                "$push": { "outbox": event },
            };
            if self.collection.update_one(unchanged, change).await?.matched_count == 1 {
                self.outbox.wake();
                return Ok(());
            }
        }
    }

    async fn existing(&self, id: &OrderId) -> Result<OrderDocument, OrderError> {
        self.get(id).await?.ok_or_else(|| OrderError::Unknown(id.clone()))
    }

    /// Ends an order unless it has ended already. Returns its status then.
    async fn end(&self, id: &OrderId, end: End) -> Result<OrderStatus, OrderError> {
        loop {
            let order = self.existing(id).await?;
            if !order.status.can_become(end.status()) {
                return Ok(order.status);
            }
            let unchanged = doc! { "_id": id, "version": order.version };
            let change = self.ending(order, &end)?;
            if self.collection.update_one(unchanged, change).await?.matched_count == 1 {
                self.outbox.wake();
                return Ok(end.status());
            }
        }
    }

    /// The update that ends an order, with its event.
    fn ending(&self, order: OrderDocument, end: &End) -> Result<Document, Error> {
        let ended = OrderDocument { version: order.version.next(), ..order };
        let mut set = doc! { "version": ended.version, "status": end.status().as_str() };
        let now = self.clock.now();
        let event = match end {
            End::Complete(Paid { at, card }) => {
                set.insert("paidAt", *at);
                set.insert("card", bson::serialize_to_bson(card)?);
                set.insert("announced", true);
                OutboxEvent::new(&ended.completed(), now)
            }
            End::Cancelled(reason) => {
                set.insert("reason", <&str>::from(*reason));
                OutboxEvent::new(&ended.cancelled(), now)
            }
        };
        Ok(doc! { "$set": set, "$push": { "outbox": event } })
    }
}

impl End {
    fn status(&self) -> OrderStatus {
        match self {
            Self::Complete(_) => OrderStatus::Complete,
            Self::Cancelled(_) => OrderStatus::Cancelled,
        }
    }
}
