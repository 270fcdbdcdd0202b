use bson::{Bson, RawDocument, RawDocumentBuf, doc};
use common::{api::OrderId, mongo::decode_or_report};
use futures::TryStreamExt;
use mongodb::error::Error;

use super::{PaymentDocument, Payments, RECONCILE_INTERVAL};

/// How many due payments one query takes.
const BATCH: i64 = 64;

impl Payments {
    /// The payment of an order.
    pub async fn find(&self, order: &OrderId) -> Result<Option<PaymentDocument>, Error> {
        self.collection.find_one(doc! { "orderId": order }).await
    }

    /// The order that an intent pays.
    pub async fn order_of(&self, stripe_id: &str) -> Result<Option<OrderId>, Error> {
        Ok(self.collection.find_one(doc! { "stripeId": stripe_id }).await?.map(|payment| payment.order_id))
    }

    /// Takes the payments that are due for reconciliation. Each is deferred by 30
    /// seconds first, so that other replicas skip it and a crash only delays it. An
    /// unreadable document is deferred too and does not block the others.
    pub async fn take_due(&self) -> Result<Vec<PaymentDocument>, Error> {
        let now = self.clock.now();
        let later = bson::DateTime::from(now + RECONCILE_INTERVAL);
        // Deferred further than any replica does: by a clock that was ahead.
        let too_late = bson::DateTime::from(now + 2 * RECONCILE_INTERVAL);
        let due = [doc! { "lookAt": { "$lte": bson::DateTime::from(now) } }, doc! { "lookAt": { "$gt": too_late } }];
        let due = doc! { "$or": due.to_vec() };
        let documents = self.collection.clone_with_type::<RawDocumentBuf>();
        let due: Vec<_> = documents.find(due).limit(BATCH).await?.try_collect().await?;
        let mut taken = Vec::with_capacity(due.len());
        for document in due {
            match decode_or_report::<PaymentDocument>(&document, self.collection.name()) {
                Some(payment) => taken.extend(self.defer(&payment, later).await?),
                None => self.defer_unreadable(&document, later).await?,
            }
        }
        Ok(taken)
    }

    async fn defer(&self, payment: &PaymentDocument, later: bson::DateTime) -> Result<Option<PaymentDocument>, Error> {
        self.write(payment, PaymentDocument { reconcile_at: Some(later), ..payment.clone() }, None).await
    }

    async fn defer_unreadable(&self, document: &RawDocument, later: bson::DateTime) -> Result<(), Error> {
        let id = document.get("_id").ok().flatten().and_then(|id| Bson::try_from(id).ok());
        self.collection.update_one(doc! { "_id": id }, doc! { "$set": { "lookAt": later } }).await.map(drop)
    }
}
