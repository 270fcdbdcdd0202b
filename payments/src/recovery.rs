//! Picks up what a crash, an outage or a cancelled order left to do.

use std::time::Duration;

use common::task::{Unfinished, run_to_completion};
use futures::{StreamExt, stream};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::{cashier::Cashier, models::Payments};

/// How often due payments are looked for.
const SWEEP: Duration = Duration::from_millis(500);
/// How long one payment may keep the others waiting.
const PATIENCE: Duration = Duration::from_secs(30);
/// Payments settled at the same time.
const CONCURRENCY: usize = 8;

/// Settles payments when they are due, until everything about them agrees.
pub struct Recovery {
    payments: Payments,
    cashier: Cashier,
}

impl Recovery {
    /// A worker; every replica runs one.
    pub fn new(payments: Payments, cashier: Cashier) -> Self {
        Self { payments, cashier }
    }

    /// Works until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(error) = self.sweep().await {
                tracing::warn!(%error, "looking for payments to settle failed");
            }
            tokio::select! { () = stop.cancelled() => {}, () = sleep(SWEEP) => {} }
        }
    }

    async fn sweep(&self) -> Result<(), mongodb::error::Error> {
        let due = stream::iter(self.payments.due().await?);
        due.for_each_concurrent(CONCURRENCY, async |payment| {
            let (order, cashier) = (payment.order_id, self.cashier.clone());
            let settle = {
                let order = order.clone();
                async move { cashier.settle(&order).await.map(drop) }
            };
            match run_to_completion(PATIENCE, settle).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(%order, %error, "a payment will be settled later"),
                Err(unfinished @ Unfinished::Overdue(_)) => {
                    tracing::warn!(%order, %unfinished, "a payment is not settled in time, it will be tried again");
                }
                Err(Unfinished::Panicked(_)) => {
                    tracing::error!(%order, "settling a payment panicked, it will be tried again");
                }
            }
        })
        .await;
        Ok(())
    }
}
