//! Publishes how orders ended, where the program that ended them had no event for it.

use std::pin::pin;

use bson::{Document, RawDocumentBuf, doc};
use chrono::{DateTime, Utc};
use common::{api::orders::OrderStatus, messaging::OutboxEvent, mongo::readable};
use futures::TryStreamExt;
use mongodb::error::Error;
use tokio_util::sync::CancellationToken;

use super::{OrderDocument, Orders};

/// The field that says of a complete order that its event is written.
pub(super) const ANNOUNCED: &str = "announced";
/// The same of a refund.
pub(super) const REFUND_ANNOUNCED: &str = "refundAnnounced";

impl Orders {
    /// Writes the events that are missing, until `stop` is cancelled; returns how many.
    /// Replicas may run this concurrently: one of them writes an order's event.
    pub async fn announce(self, stop: CancellationToken) -> Result<u64, Error> {
        let complete = doc! { "status": OrderStatus::Complete.as_str(), ANNOUNCED: { "$ne": true } };
        let completed = self
            .write_missing(complete, ANNOUNCED, |order, now| OutboxEvent::new(&order.completed(), now), &stop)
            .await?;
        let refunded = doc! { "refunded": true, REFUND_ANNOUNCED: { "$ne": true } };
        let given_back = self
            .write_missing(refunded, REFUND_ANNOUNCED, |order, now| OutboxEvent::new(&order.given_back(), now), &stop)
            .await?;
        Ok(completed + given_back)
    }

    async fn write_missing(
        &self,
        mut missing: Document,
        field: &str,
        event: fn(&OrderDocument, DateTime<Utc>) -> OutboxEvent,
        stop: &CancellationToken,
    ) -> Result<u64, Error> {
        let cursor = self.collection.clone_with_type::<RawDocumentBuf>().find(missing.clone()).await?;
        let mut orders = pin!(readable::<OrderDocument>(cursor, self.collection.name()));
        let mut written = 0;
        while !stop.is_cancelled()
            && let Some(order) = orders.try_next().await?
        {
            missing.insert("_id", &order.id);
            let change = doc! { "$set": { field: true }, "$push": { "outbox": event(&order, self.clock.now()) } };
            written += self.collection.update_one(missing.clone(), change).await?.matched_count;
            self.outbox.wake();
        }
        Ok(written)
    }
}
