//! Replicas of orders, built from the events of the orders service.

use bson::{Document, doc};
use chrono::{DateTime, Utc};
use common::{
    api::{OrderId, Price, UserId, Version, price},
    events::{OrderCancelled, OrderCreated, TicketInOrder},
    mongo::is_duplicate_key,
};
use mongodb::{Collection, Database, error::Error};
use serde::{Deserialize, Serialize};

/// The replicas of the orders. Cheap to clone.
#[derive(Clone)]
pub struct OrderReplicas(Collection<OrderReplica>);

/// An order as of the latest event received. It is built from two facts that never
/// change back, its terms and its cancellation, so their events may come in either
/// order.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OrderReplica {
    /// The order.
    #[serde(rename = "_id")]
    pub id: OrderId,
    /// The order's version at that event.
    pub version: Version,
    /// Whether the order is cancelled, which is final.
    pub cancelled: bool,
    /// The terms from `order:created`; `None` if only the cancellation has been received.
    pub terms: Option<Terms>,
}

/// The terms of an order, which never change.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Terms {
    /// The buyer.
    pub user_id: UserId,
    /// The price the buyer pays, stored in cents.
    #[serde(with = "price::cents")]
    pub price: Price,
    expires_at: bson::DateTime,
    /// The ticket that is paid for.
    pub ticket: TicketInOrder,
}

impl Terms {
    /// The time from which no new charge may begin.
    #[must_use]
    pub fn expires_at(&self) -> DateTime<Utc> {
        self.expires_at.into()
    }
}

impl OrderReplicas {
    /// Opens the collection. It is queried by id only and needs no index.
    #[must_use]
    pub fn open(database: &Database) -> Self {
        Self(database.collection("orders"))
    }

    /// The replica of an order.
    pub async fn find(&self, id: &OrderId) -> Result<Option<OrderReplica>, Error> {
        self.0.find_one(doc! { "_id": id }).await
    }

    /// Stores an order's terms. Idempotent, also after the order's cancellation.
    pub async fn create(&self, order: &OrderCreated) -> Result<(), Error> {
        let terms = doc! {
            "userId": &order.user_id,
            "price": order.ticket.price.cents(),
            "expiresAt": bson::DateTime::from(order.expires_at),
            "ticket": { "id": &order.ticket.id, "sequence": order.ticket.sequence },
        };
        let created = doc! { "$set": { "terms": terms }, "$setOnInsert": { "cancelled": false } };
        self.upsert(&order.id, order.version, created).await
    }

    /// Marks an order as cancelled, also if its creation has not been received yet.
    pub async fn cancel(&self, order: &OrderCancelled) -> Result<(), Error> {
        self.upsert(&order.id, order.version, doc! { "$set": { "cancelled": true } }).await
    }

    async fn upsert(&self, id: &OrderId, version: Version, mut change: Document) -> Result<(), Error> {
        change.insert("$max", doc! { "version": version });
        loop {
            match self.0.update_one(doc! { "_id": id }, change.clone()).upsert(true).await {
                // A concurrent event has just inserted the replica: update it instead.
                Err(error) if is_duplicate_key(&error) => {}
                outcome => return outcome.map(drop),
            }
        }
    }
}
