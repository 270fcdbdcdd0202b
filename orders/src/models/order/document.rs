use bson::Bson;
use common::{
    api::{
        OrderId, Price, TicketId, UserId, Version,
        orders::{CancelReason, Card, Order, OrderStatus, OrderedTicket},
        price,
        tickets::About,
    },
    events::{HeldTicket, OrderCancelled, OrderCompleted, OrderCreated, OrderRefunded, TicketInOrder},
};
use serde::{Deserialize, Serialize};

/// An order as it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderDocument {
    #[serde(rename = "_id")]
    pub(crate) id: OrderId,
    pub(crate) version: Version,
    pub(crate) status: OrderStatus,
    pub(crate) user_id: UserId,
    pub(crate) expires_at: bson::DateTime,
    pub(crate) ticket: TicketDocument,
    /// Why the order was cancelled, if it was.
    pub(crate) reason: Option<CancelReason>,
    /// Whether money was refunded.
    pub(crate) refunded: bool,
    /// The cents refunded so far; `None` if nothing or everything was refunded.
    pub(crate) refunded_cents: Option<i64>,
    /// When it was paid, if that is known.
    #[serde(default)]
    pub(crate) paid_at: Option<bson::DateTime>,
    /// The card that paid it, if that is known.
    #[serde(default)]
    pub(crate) card: Option<Card>,
    /// Only the relay decodes the events.
    pub(crate) outbox: Vec<Bson>,
}

/// The ticket as it was ordered.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TicketDocument {
    pub(crate) id: TicketId,
    pub(crate) title: String,
    #[serde(with = "price::cents")]
    pub(crate) price: Price,
    /// The order's number among those on this ticket, from 1, never changed. A unique
    /// index on it decides between racing buyers.
    pub(crate) sequence: i64,
    /// When, where and what.
    #[serde(default)]
    pub(crate) about: About,
}

impl OrderDocument {
    pub(super) fn created(&self) -> OrderCreated {
        let TicketDocument { id, title, price, sequence, about } = self.ticket.clone();
        OrderCreated {
            id: self.id.clone(),
            version: self.version,
            status: self.status,
            user_id: self.user_id.clone(),
            expires_at: self.expires_at.into(),
            ticket: HeldTicket { id, title, price, sequence, about },
        }
    }

    pub(super) fn cancelled(&self) -> OrderCancelled {
        OrderCancelled { id: self.id.clone(), version: self.version, ticket: self.ticket_in_order() }
    }

    pub(super) fn completed(&self) -> OrderCompleted {
        let (id, user_id) = (self.id.clone(), self.user_id.clone());
        OrderCompleted { id, version: self.version, user_id, ticket: self.ticket_in_order() }
    }

    pub(super) fn given_back(&self) -> OrderRefunded {
        let (id, amount) = (self.id.clone(), self.refunded_part());
        OrderRefunded { id, version: self.version, amount, ticket: self.ticket_in_order() }
    }

    /// The cents refunded so far.
    pub(super) fn cents_given_back(&self) -> i64 {
        self.refunded_cents.unwrap_or_else(|| self.ticket.price.cents())
    }

    /// How much was refunded; `None` after a full refund.
    fn refunded_part(&self) -> Option<Price> {
        self.refunded_cents.and_then(|cents| Price::from_cents(cents).ok())
    }

    fn ticket_in_order(&self) -> TicketInOrder {
        TicketInOrder { id: self.ticket.id.clone(), sequence: self.ticket.sequence }
    }
}

impl From<OrderDocument> for Order {
    fn from(order: OrderDocument) -> Self {
        let refunded_amount = order.refunded_part();
        let TicketDocument { id, title, price, about, .. } = order.ticket;
        Self {
            id: order.id,
            user_id: order.user_id,
            status: order.status,
            expires_at: order.expires_at.into(),
            ticket: OrderedTicket { id, title, price, about },
            version: order.version,
            refunded: order.refunded,
            refunded_amount,
            paid_at: order.paid_at.map(bson::DateTime::to_chrono),
            card: order.card,
            reason: order.reason,
        }
    }
}
