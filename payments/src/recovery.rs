//! Reconciles payments that a crash, an outage or a cancelled order left open.

use std::time::Duration;

use common::{
    error::chain,
    task::{Unfinished, run_to_completion},
};
use futures::{StreamExt, stream};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::{cashier::Cashier, models::Payments};

/// The pause between two queries for due payments.
const SWEEP: Duration = Duration::from_millis(500);
/// How long one reconciliation may delay the others.
const TIME_LIMIT: Duration = Duration::from_secs(30);
/// The number of concurrent reconciliations.
const CONCURRENCY: usize = 8;

/// Reconciles payments when they are due.
pub struct Recovery {
    payments: Payments,
    cashier: Cashier,
}

impl Recovery {
    /// Creates the worker; every replica runs one.
    pub fn new(payments: Payments, cashier: Cashier) -> Self {
        Self { payments, cashier }
    }

    /// Runs until `stop` is cancelled.
    pub async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(error) = self.sweep().await {
                tracing::warn!(error = chain(&error), "due payments can't be read");
            }
            tokio::select! { () = stop.cancelled() => {}, () = sleep(SWEEP) => {} }
        }
    }

    async fn sweep(&self) -> Result<(), mongodb::error::Error> {
        let due = stream::iter(self.payments.take_due().await?);
        due.for_each_concurrent(CONCURRENCY, async |payment| {
            let (order, cashier) = (payment.order_id, self.cashier.clone());
            let reconcile = {
                let order = order.clone();
                async move { cashier.reconcile(&order).await.map(drop) }
            };
            match run_to_completion(TIME_LIMIT, reconcile).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    tracing::warn!(%order, error = chain(&error), "a payment can't be reconciled yet, trying again later");
                }
                Err(unfinished @ Unfinished::Overdue(_)) => {
                    tracing::warn!(%order, %unfinished, "reconciling a payment timed out, trying again later");
                }
                Err(Unfinished::Panicked(_)) => {
                    tracing::error!(%order, "reconciling a payment panicked, trying again later");
                }
            }
        })
        .await;
        Ok(())
    }
}
