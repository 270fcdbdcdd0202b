//! Which of Stripe's webhook events have been applied.

use std::time::Duration;

use bson::doc;
use common::{clock::Clock, mongo::is_duplicate_key};
use mongodb::{Collection, Database, IndexModel, error::Error, options::IndexOptions};
use serde::{Deserialize, Serialize};

/// How long an event is remembered: Stripe repeats one for up to three days,
/// <https://docs.stripe.com/webhooks#automatic-retries>.
const REMEMBER: Duration = Duration::from_hours(30 * 24);

/// The events that have been applied. Cheap to clone.
#[derive(Clone)]
pub struct WebhookEvents {
    collection: Collection<AppliedEvent>,
    clock: Clock,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AppliedEvent {
    #[serde(rename = "_id")]
    id: String,
    applied_at: bson::DateTime,
}

impl WebhookEvents {
    /// Opens the collection and creates its indexes.
    pub async fn open(database: &Database, clock: Clock) -> Result<Self, Error> {
        let collection = database.collection("webhookEvents");
        let forget = IndexOptions::builder().expire_after(REMEMBER).build();
        collection.create_index(IndexModel::builder().keys(doc! { "appliedAt": 1 }).options(forget).build()).await?;
        Ok(Self { collection, clock })
    }

    /// Whether an event has been applied.
    pub async fn is_applied(&self, id: &str) -> Result<bool, Error> {
        Ok(self.collection.find_one(doc! { "_id": id }).await?.is_some())
    }

    /// Remembers that an event has been applied.
    pub async fn remember(&self, id: &str) -> Result<(), Error> {
        let event = AppliedEvent { id: id.to_owned(), applied_at: self.clock.now().into() };
        match self.collection.insert_one(event).await {
            Err(error) if is_duplicate_key(&error) => Ok(()),
            outcome => outcome.map(drop),
        }
    }
}
