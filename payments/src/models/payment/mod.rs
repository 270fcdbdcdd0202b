//! The aggregate of this service: one payment per order.

mod document;
mod queries;
mod transitions;

use std::time::Duration;

use bson::doc;
use common::{
    clock::Clock,
    messaging::{Broker, Outbox, Relay},
};
use mongodb::{Collection, Database, IndexModel, error::Error, options::IndexOptions};

pub use document::{PaymentDocument, PaymentState};

/// How long an open payment waits between two reconciliations.
const RECONCILE_INTERVAL: Duration = Duration::from_secs(30);

/// The service's payments. Cheap to clone.
#[derive(Clone)]
pub struct Payments {
    collection: Collection<PaymentDocument>,
    outbox: Outbox,
    clock: Clock,
}

impl Payments {
    /// Opens the collection and creates its indexes.
    pub async fn open(database: &Database, clock: Clock) -> Result<Self, Error> {
        let collection = database.collection("payments");
        let unique = IndexOptions::builder().unique(true).build();
        let one_per_order = IndexModel::builder().keys(doc! { "orderId": 1 }).options(unique).build();
        let due = IndexModel::builder().keys(doc! { "lookAt": 1 }).build();
        let by_intent = IndexModel::builder().keys(doc! { "stripeId": 1 }).build();
        collection.create_indexes([one_per_order, due, by_intent, Relay::index()]).await?;
        Ok(Self { collection, outbox: Outbox::default(), clock })
    }

    /// The relay that publishes the payments' events.
    #[must_use]
    pub fn relay(&self, broker: Broker) -> Relay {
        Relay::new(&self.collection, broker, self.outbox.clone())
    }
}
