//! The aggregate of this service.

pub(super) mod recovery;

use std::time::Duration;

use bson::{Bson, Document, doc};
use common::{
    api::{
        OrderId, Price, TicketId, UserId, Version,
        orders::{Order, OrderStatus, OrderedTicket},
        price,
    },
    clock::Clock,
    events::{CancelledTicket, HeldTicket, OrderCancelled, OrderCreated},
    messaging::{Broker, Failure, Outbox, OutboxEvent, Relay},
    mongo::is_duplicate_key,
    page::Paging,
};
use mongodb::{Collection, Database, IndexModel, error::Error, options::IndexOptions};
use serde::{Deserialize, Serialize};

use super::TicketReplica;

/// The service's orders. Cheap to clone.
#[derive(Clone)]
pub struct Orders {
    collection: Collection<OrderDocument>,
    outbox: Outbox,
    hold: Duration,
    clock: Clock,
}

/// An order as it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OrderDocument {
    #[serde(rename = "_id")]
    id: OrderId,
    version: Version,
    status: OrderStatus,
    user_id: UserId,
    expires_at: bson::DateTime,
    ticket: TicketDocument,
    /// Why it is cancelled, if it is. Orders of before this was kept lack it.
    #[serde(default)]
    reason: Option<Reason>,
    refunded: bool,
    /// How many cents have been given back, if not all.
    #[serde(default)]
    refunded_cents: Option<i64>,
    /// Read by the relay alone, event by event.
    outbox: Vec<Bson>,
}

/// Why an order was cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Reason {
    /// Its buyer gave it up.
    Buyer,
    /// It was not paid in time.
    Expired,
}

/// How an order comes to its end.
#[derive(Debug, Clone, Copy)]
enum End {
    Complete,
    Cancelled(Reason),
}

/// The ticket as it was when it was ordered.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct TicketDocument {
    id: TicketId,
    title: String,
    #[serde(with = "price::cents")]
    price: Price,
    /// The order's number among those on this ticket, from 1, never changed. A
    /// unique index on it lets one of several racing buyers win.
    sequence: i64,
}

/// Why a ticket was not reserved.
#[derive(Debug, thiserror::Error)]
pub enum ReserveRefused {
    /// The buyer sells it.
    #[error("the buyer's own ticket")]
    OwnTicket,
    /// A live order has it.
    #[error("already reserved")]
    Reserved,
    /// The seller asks another price than the buyer has seen.
    #[error("the price has changed")]
    PriceChanged,
    /// MongoDB failed.
    #[error(transparent)]
    Store(#[from] Error),
}

/// Why an order was not cancelled.
#[derive(Debug, thiserror::Error)]
pub enum CancelRefused {
    /// It is paid.
    #[error("complete")]
    Complete,
    /// MongoDB failed.
    #[error(transparent)]
    Store(#[from] Error),
}

/// News of an order that was never made.
#[derive(Debug, thiserror::Error)]
pub enum UnknownOrder {
    /// There is no such order.
    #[error("unknown order {0}")]
    Unknown(OrderId),
    /// MongoDB failed.
    #[error(transparent)]
    Store(#[from] Error),
}

impl From<UnknownOrder> for Failure {
    fn from(error: UnknownOrder) -> Self {
        match error {
            UnknownOrder::Unknown(_) => Self::permanent(error),
            UnknownOrder::Store(error) => error.into(),
        }
    }
}

impl Orders {
    /// Opens the collection and creates its indexes. An order holds its ticket
    /// for `hold` unless it is paid.
    pub async fn open(database: &Database, hold: Duration, clock: Clock) -> Result<Self, Error> {
        let collection = database.collection("orders");
        let unique = IndexOptions::builder().unique(true).build();
        let one_live =
            IndexModel::builder().keys(doc! { "ticket.id": 1, "ticket.sequence": -1 }).options(unique).build();
        let by_buyer = IndexModel::builder().keys(doc! { "userId": 1, "_id": -1 }).build();
        collection.create_indexes([one_live, by_buyer, Relay::index()]).await?;
        Ok(Self { collection, outbox: Outbox::default(), hold, clock })
    }

    /// What publishes the orders' events.
    #[must_use]
    pub fn relay(&self, broker: Broker) -> Relay {
        Relay::new(&self.collection, broker, self.outbox.clone())
    }

    /// Holds a ticket for a buyer, unless a live order has it or it costs
    /// something else than the price that the buyer has `seen`. Orders on one
    /// ticket are numbered, and of several with one number one is written.
    pub async fn reserve(
        &self,
        buyer: UserId,
        ticket: TicketReplica,
        seen: Option<Price>,
    ) -> Result<Order, ReserveRefused> {
        if ticket.user_id == buyer {
            return Err(ReserveRefused::OwnTicket);
        }
        let latest = self.latest(&ticket.id).await?;
        if latest.as_ref().is_some_and(|order| order.status.is_live()) {
            return Err(ReserveRefused::Reserved);
        }
        if seen.is_some_and(|seen| seen != ticket.price) {
            return Err(ReserveRefused::PriceChanged);
        }
        let sequence = latest.map_or(1, |order| order.ticket.sequence + 1);
        let order = self.new_order(buyer, ticket, sequence);
        match self.collection.insert_one(&order).await {
            Ok(_) => {
                self.outbox.wake();
                Ok(order.into())
            }
            Err(error) if is_duplicate_key(&error) => Err(ReserveRefused::Reserved),
            Err(error) => Err(error.into()),
        }
    }

    fn new_order(&self, buyer: UserId, ticket: TicketReplica, sequence: i64) -> OrderDocument {
        let now = self.clock.now();
        let TicketReplica { id, title, price, .. } = ticket;
        let mut order = OrderDocument {
            id: OrderId::new(),
            version: Version(0),
            status: OrderStatus::Created,
            user_id: buyer,
            expires_at: (now + self.hold).into(),
            ticket: TicketDocument { id, title, price, sequence },
            reason: None,
            refunded: false,
            refunded_cents: None,
            outbox: Vec::new(),
        };
        order.outbox.push(OutboxEvent::new(&order.created(), now).into());
        order
    }

    /// An order.
    pub async fn find(&self, id: &OrderId) -> Result<Option<Order>, Error> {
        Ok(self.get(id).await?.map(Order::from))
    }

    /// A page of a buyer's orders, newest first, and the order after which the
    /// next one begins.
    pub async fn of_buyer(
        &self,
        buyer: &UserId,
        paging: &Paging<OrderId>,
    ) -> Result<(Vec<Order>, Option<OrderId>), Error> {
        let (page, last) = paging.of(&self.collection, doc! { "userId": buyer }).await?;
        Ok((page.into_iter().map(Order::from).collect(), last))
    }

    /// Ends a buyer's hold; once more is no news.
    pub async fn cancel(&self, id: &OrderId) -> Result<(), CancelRefused> {
        match self.end(id, End::Cancelled(Reason::Buyer)).await? {
            Some(OrderStatus::Complete) => Err(CancelRefused::Complete),
            _ => Ok(()),
        }
    }

    /// Ends a hold that was not paid in time and can't be paid any more; an
    /// ended order stays as it is.
    pub async fn expire(&self, id: &OrderId) -> Result<(), UnknownOrder> {
        self.end(id, End::Cancelled(Reason::Expired)).await?.map(drop).ok_or_else(|| UnknownOrder::Unknown(id.clone()))
    }

    /// Notes that an order is paid; an ended order stays as it is. If its buyer
    /// has cancelled it first, payments gives the money back.
    pub async fn complete(&self, id: &OrderId) -> Result<(), UnknownOrder> {
        self.end(id, End::Complete).await?.map(drop).ok_or_else(|| UnknownOrder::Unknown(id.clone()))
    }

    /// Notes that an order's money has been given back: all of it, or so much so
    /// far. Not a new version: nobody else keeps this.
    pub async fn refund(&self, id: &OrderId, part: Option<Price>) -> Result<(), UnknownOrder> {
        let order = doc! { "_id": id };
        let (refunded, change) = match part {
            None => (order.clone(), doc! { "$set": { "refunded": true, "refundedCents": null } }),
            // Less than what has come back already is late news.
            Some(part) => {
                let less = [doc! { "refunded": false }, doc! { "refundedCents": { "$lt": part.cents() } }];
                let change = doc! { "$set": { "refunded": true, "refundedCents": part.cents() } };
                (doc! { "_id": id, "$or": less.to_vec() }, change)
            }
        };
        if self.collection.update_one(refunded, change).await?.matched_count == 0
            && self.collection.count_documents(order).await? == 0
        {
            return Err(UnknownOrder::Unknown(id.clone()));
        }
        Ok(())
    }

    /// Brings an order to its end, unless it has one, and gives the status that
    /// it has then; nothing if there is no such order.
    async fn end(&self, id: &OrderId, end: End) -> Result<Option<OrderStatus>, Error> {
        loop {
            let Some(order) = self.get(id).await? else { return Ok(None) };
            if !order.status.can_become(end.status()) {
                return Ok(Some(order.status));
            }
            let unchanged = doc! { "_id": id, "version": order.version };
            let change = self.ending(order, end);
            if self.collection.update_one(unchanged, change).await?.matched_count == 1 {
                self.outbox.wake();
                return Ok(Some(end.status()));
            }
        }
    }

    /// The change that ends an order, and the event that tells of it.
    fn ending(&self, order: OrderDocument, end: End) -> Document {
        let ended = OrderDocument { version: order.version.next(), ..order };
        let set = doc! { "version": ended.version, "status": end.status().as_str() };
        match end {
            End::Complete => doc! { "$set": set },
            End::Cancelled(reason) => {
                let mut set = set;
                set.insert("reason", reason.as_str());
                let event = OutboxEvent::new(&ended.cancelled(), self.clock.now());
                doc! { "$set": set, "$push": { "outbox": event } }
            }
        }
    }

    async fn get(&self, id: &OrderId) -> Result<Option<OrderDocument>, Error> {
        self.collection.find_one(doc! { "_id": id }).await
    }

    async fn latest(&self, ticket: &TicketId) -> Result<Option<OrderDocument>, Error> {
        self.collection.find_one(doc! { "ticket.id": ticket }).sort(doc! { "ticket.sequence": -1 }).await
    }
}

impl Reason {
    fn as_str(self) -> &'static str {
        match self {
            Self::Buyer => "buyer",
            Self::Expired => "expired",
        }
    }
}

impl End {
    fn status(self) -> OrderStatus {
        match self {
            Self::Complete => OrderStatus::Complete,
            Self::Cancelled(_) => OrderStatus::Cancelled,
        }
    }
}

impl OrderDocument {
    fn created(&self) -> OrderCreated {
        let TicketDocument { id, title, price, sequence } = &self.ticket;
        OrderCreated {
            id: self.id.clone(),
            version: self.version,
            status: self.status,
            user_id: self.user_id.clone(),
            expires_at: self.expires_at.into(),
            ticket: HeldTicket { id: id.clone(), title: Some(title.clone()), price: *price, sequence: *sequence },
        }
    }

    fn cancelled(&self) -> OrderCancelled {
        let ticket = CancelledTicket { id: self.ticket.id.clone(), sequence: self.ticket.sequence };
        OrderCancelled { id: self.id.clone(), version: self.version, ticket }
    }
}

impl From<OrderDocument> for Order {
    fn from(order: OrderDocument) -> Self {
        let TicketDocument { id, title, price, .. } = order.ticket;
        Self {
            id: order.id,
            user_id: order.user_id,
            status: order.status,
            expires_at: order.expires_at.into(),
            ticket: OrderedTicket { id, title, price },
            version: order.version,
            refunded: order.refunded,
            refunded_amount: order.refunded_cents.and_then(|cents| Price::from_cents(cents).ok()),
        }
    }
}
