//! Reading events again that the stream still holds.

use std::{future::Future, time::Duration};

use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, pull};
use chrono::{DateTime, Utc};
use futures::{StreamExt, TryStreamExt};

use super::{Broker, BrokerError};
use crate::events::Event;

/// How long NATS may take for a batch.
const STALLED: Duration = Duration::from_secs(2);
/// Messages fetched at a time.
const BATCH: usize = 256;

impl Broker {
    /// Deletes the consumers of a service (`orders-service`), so that it handles
    /// every event that the stream still holds when it starts again. The service
    /// must not run meanwhile. Returns the consumers' names.
    pub async fn rewind(&self, service: &str) -> Result<Vec<String>, BrokerError> {
        let events = self.events().await?;
        let names: Vec<String> = events.consumer_names().try_collect().await?;
        let mut own: Vec<_> = names.into_iter().filter(|name| name.starts_with(&format!("{service}-"))).collect();
        own.sort();
        for name in &own {
            events.delete_consumer(name).await?;
        }
        Ok(own)
    }

    /// Passes every event of a kind that was stored since `since` to `apply`, oldest
    /// first, and returns their number. Undecodable ones are skipped: they became
    /// dead letters when they were first delivered.
    pub async fn replay<E, F>(&self, since: DateTime<Utc>, apply: impl Fn(E) -> F + Send) -> Result<u64, BrokerError>
    where
        E: Event,
        F: Future<Output = Result<(), BrokerError>> + Send,
    {
        let config = pull::Config {
            deliver_policy: DeliverPolicy::ByStartTime { start_time: since },
            filter_subject: self.subject(E::SUBJECT),
            ack_policy: AckPolicy::None,
            ..Default::default()
        };
        let mut consumer = self.events().await?.create_consumer(config).await?;
        let mut left = consumer.info().await?.num_pending;
        let total = left;
        while left > 0 {
            let before = left;
            let mut batch = consumer.fetch().max_messages(BATCH).expires(STALLED).messages().await?;
            while let Some(message) = batch.next().await {
                let message = message?;
                left = left.saturating_sub(1);
                if let Ok(event) = serde_json::from_slice(&message.payload) {
                    apply(event).await?;
                }
            }
            if left == before {
                return Err(BrokerError::new("a replay received nothing"));
            }
        }
        Ok(total)
    }
}
