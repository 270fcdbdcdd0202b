//! The aggregate of this service.

mod announcement;
mod document;
mod error;
pub(super) mod recovery;
mod transitions;

use std::time::Duration;

use bson::{Document, doc};
use common::{
    api::{
        OrderId, TicketId, UserId,
        orders::{Order, OrderStatus},
    },
    clock::Clock,
    messaging::{Broker, Outbox, Relay},
    page::{Cursor, Paging},
};
use mongodb::{Collection, Database, IndexModel, error::Error, options::IndexOptions};

use document::{OrderDocument, TicketDocument};
pub use error::OrderError;

/// The service's orders. Cheap to clone.
#[derive(Clone)]
pub struct Orders {
    collection: Collection<OrderDocument>,
    outbox: Outbox,
    hold: Duration,
    clock: Clock,
}

impl Orders {
    /// Opens the collection and creates its indexes. An order holds its ticket for
    /// `hold` unless it is paid.
    pub async fn open(database: &Database, hold: Duration, clock: Clock) -> Result<Self, Error> {
        let collection = database.collection("orders");
        let unique = IndexOptions::builder().unique(true).build();
        let one_live =
            IndexModel::builder().keys(doc! { "ticket.id": 1, "ticket.sequence": -1 }).options(unique).build();
        let by_buyer = IndexModel::builder().keys(doc! { "userId": 1, "_id": -1 }).build();
        collection.create_indexes([one_live, by_buyer, Relay::index()]).await?;
        Ok(Self { collection, outbox: Outbox::default(), hold, clock })
    }

    /// The relay that publishes the orders' events.
    #[must_use]
    pub fn relay(&self, broker: Broker) -> Relay {
        Relay::new(&self.collection, broker, self.outbox.clone())
    }

    /// An order.
    pub async fn find(&self, id: &OrderId) -> Result<Option<Order>, Error> {
        Ok(self.get(id).await?.map(Order::from))
    }

    /// A page of a buyer's orders, newest first, and the id after which the next page
    /// begins.
    pub async fn of_buyer(
        &self,
        buyer: &UserId,
        paging: &Paging<OrderId>,
    ) -> Result<(Vec<Order>, Option<Cursor<OrderId>>), Error> {
        let (page, last) = paging.of(&self.collection, doc! { "userId": buyer }).await?;
        Ok((page.into_iter().map(Order::from).collect(), last))
    }

    /// Whether a buyer has an order that is not paid yet and not cancelled.
    pub async fn holds_a_ticket(&self, buyer: &UserId) -> Result<bool, Error> {
        let open = [OrderStatus::Created, OrderStatus::AwaitingPayment].map(OrderStatus::as_str);
        let order = doc! { "userId": buyer, "status": { "$in": open.to_vec() } };
        Ok(self.collection.clone_with_type::<Document>().find_one(order).await?.is_some())
    }

    async fn get(&self, id: &OrderId) -> Result<Option<OrderDocument>, Error> {
        self.collection.find_one(doc! { "_id": id }).await
    }

    async fn latest(&self, ticket: &TicketId) -> Result<Option<OrderDocument>, Error> {
        self.collection.find_one(doc! { "ticket.id": ticket }).sort(doc! { "ticket.sequence": -1 }).await
    }
}
