//! Publishes how orders ended, where the program that ended them had no event for it.

use std::pin::pin;

use bson::{Document, RawDocumentBuf, doc};
use chrono::{DateTime, Utc};
use common::{api::orders::OrderStatus, messaging::OutboxEvent, mongo::readable};
use futures::TryStreamExt;
use mongodb::error::Error;
use tokio_util::sync::CancellationToken;

use super::{OrderDocument, Orders};

impl Orders {
    /// Writes the events that are missing, until `stop` is cancelled; returns how many.
    /// Replicas may run this concurrently: one of them writes an order's event.
    pub async fn announce(self, stop: CancellationToken) -> Result<u64, Error> {
        // First what closes a handover, then what opens one.
        let told = doc! { "$ne": ["$refundAnnounced", { "$ifNull": ["$refundedCents", "$ticket.price"] }] };
        let refunded = doc! { "refunded": true, "$expr": told };
        let refunded = self.write_missing(
            refunded,
            |order| {
                (doc! { "refundedCents": order.refunded_cents }, doc! { "refundAnnounced": order.cents_given_back() })
            },
            |order, now| OutboxEvent::new(&order.given_back(), now),
            &stop,
        );
        let refunded = refunded.await?;
        let completed = self.write_missing(
            doc! { "status": OrderStatus::Complete.as_str(), "announced": { "$ne": true } },
            |_| (doc! {}, doc! { "announced": true }),
            |order, now| OutboxEvent::new(&order.completed(), now),
            &stop,
        );
        Ok(refunded + completed.await?)
    }

    /// `told` is the condition under which an order's event is still right, and what says
    /// that it is written.
    async fn write_missing(
        &self,
        missing: Document,
        told: fn(&OrderDocument) -> (Document, Document),
        event: fn(&OrderDocument, DateTime<Utc>) -> OutboxEvent,
        stop: &CancellationToken,
    ) -> Result<u64, Error> {
        let cursor = self.collection.clone_with_type::<RawDocumentBuf>().find(missing.clone()).await?;
        let mut orders = pin!(readable::<OrderDocument>(cursor, self.collection.name()));
        let mut written = 0;
        while !stop.is_cancelled()
            && let Some(order) = orders.try_next().await?
        {
            let (unchanged, told) = told(&order);
            let still = doc! { "$and": [missing.clone(), { "_id": &order.id }, unchanged] };
            let change = doc! { "$set": told, "$push": { "outbox": event(&order, self.clock.now()) } };
            written += self.collection.update_one(still, change).await?.matched_count;
            self.outbox.wake();
        }
        Ok(written)
    }
}
