//! Hearing again of what has happened.

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
    /// Has a service (`orders-service`) hear all that the stream still holds when
    /// it starts again, and returns its consumers' names. It must not run.
    pub async fn rewind(&self, service: &str) -> Result<Vec<String>, BrokerError> {
        let events = self.events().await?;
        let names: Vec<String> = events.consumer_names().try_collect().await.map_err(BrokerError::new)?;
        // Named SERVICE-SUBJECT; a service makes what is missing anew, from the
        // stream's beginning.
        let mut own: Vec<_> = names.into_iter().filter(|name| name.starts_with(&format!("{service}-"))).collect();
        own.sort();
        for name in &own {
            events.delete_consumer(name).await.map_err(BrokerError::new)?;
        }
        Ok(own)
    }

    /// Hands every event of a kind since `since` to `take`, oldest first, and
    /// returns how many there were. What can't be decoded is passed over: it
    /// was made a dead letter when it first came.
    pub async fn replay<E, F>(&self, since: DateTime<Utc>, take: impl Fn(E) -> F + Send) -> Result<u64, BrokerError>
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
        let mut consumer = self.events().await?.create_consumer(config).await.map_err(BrokerError::new)?;
        let mut left = consumer.info().await.map_err(BrokerError::new)?.num_pending;
        let total = left;
        while left > 0 {
            let before = left;
            let mut batch =
                consumer.fetch().max_messages(BATCH).expires(STALLED).messages().await.map_err(BrokerError::new)?;
            while let Some(message) = batch.next().await {
                let message = message.map_err(BrokerError::new)?;
                left = left.saturating_sub(1);
                if let Ok(event) = serde_json::from_slice(&message.payload) {
                    take(event).await?;
                }
            }
            if left == before {
                return Err(BrokerError::new("a replay brought nothing"));
            }
        }
        Ok(total)
    }
}
