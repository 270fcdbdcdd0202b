//! What this service knows of orders: copies, by the events of their owner.

use bson::{Document, doc};
use chrono::{DateTime, Utc};
use common::{
    api::{OrderId, Price, UserId, Version, price},
    events::{OrderCancelled, OrderCreated, PaidTicket},
    mongo::is_duplicate_key,
};
use mongodb::{Collection, Database, error::Error};
use serde::{Deserialize, Serialize};

/// Copies of the orders. Cheap to clone.
#[derive(Clone)]
pub struct Orders(Collection<OrderReplica>);

/// An order as it was when its latest event left the orders service.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OrderReplica {
    /// The order.
    #[serde(rename = "_id")]
    pub id: OrderId,
    /// Its version there.
    pub version: Version,
    /// Whether it is cancelled. Once it is, it stays so.
    pub cancelled: bool,
    /// What its creation said; not known yet where the cancellation came first.
    pub terms: Option<Terms>,
}

/// What an order says from its creation on, for ever.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Terms {
    /// The buyer.
    pub user_id: UserId,
    /// What the buyer pays.
    #[serde(with = "price::cents")]
    pub price: Price,
    expires_at: bson::DateTime,
    /// What is paid for; nothing in a copy from before tickets were kept.
    pub ticket: Option<PaidTicket>,
}

impl Terms {
    /// When paying may no longer begin.
    #[must_use]
    pub fn expires_at(&self) -> DateTime<Utc> {
        self.expires_at.into()
    }
}

impl Orders {
    /// Opens the collection, whose documents are found by their id alone.
    #[must_use]
    pub fn open(database: &Database) -> Self {
        Self(database.collection("orders"))
    }

    /// An order's copy.
    pub async fn find(&self, id: &OrderId) -> Result<Option<OrderReplica>, Error> {
        self.0.find_one(doc! { "_id": id }).await
    }

    /// Takes over an order's terms; the same again, or after its cancellation,
    /// changes nothing else.
    pub async fn create(&self, order: &OrderCreated) -> Result<(), Error> {
        let terms = doc! {
            "userId": &order.user_id,
            "price": order.ticket.price.cents(),
            "expiresAt": bson::DateTime::from(order.expires_at),
            "ticket": { "id": &order.ticket.id, "sequence": order.ticket.sequence },
        };
        let known = doc! { "$set": { "terms": terms }, "$setOnInsert": { "cancelled": false } };
        self.learn(&order.id, order.version, known).await
    }

    /// Notes that an order is cancelled, whether or not it is known yet.
    pub async fn cancel(&self, order: &OrderCancelled) -> Result<(), Error> {
        self.learn(&order.id, order.version, doc! { "$set": { "cancelled": true } }).await
    }

    async fn learn(&self, id: &OrderId, version: Version, mut news: Document) -> Result<(), Error> {
        news.insert("$max", doc! { "version": version });
        loop {
            match self.0.update_one(doc! { "_id": id }, news.clone()).upsert(true).await {
                // Another event about it has just created it: now it is there.
                Err(error) if is_duplicate_key(&error) => {}
                outcome => return outcome.map(drop),
            }
        }
    }
}
