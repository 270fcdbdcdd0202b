//! Reading events again that the stream still holds.

use std::{future::Future, time::Duration};

use async_nats::jetstream::{
    self,
    consumer::{AckPolicy, DeliverPolicy, PullConsumer, pull},
};
use chrono::{DateTime, Utc};
use futures::TryStreamExt;

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
        let consumer = self.events().await?.create_consumer(config).await?;
        let (total, mut read) = (consumer.cached_info().num_pending, 0);
        while read < total {
            let messages = batch(&consumer).await?;
            read += messages.len() as u64;
            for message in messages {
                if let Ok(event) = serde_json::from_slice(&message.payload) {
                    apply(event).await?;
                }
            }
        }
        Ok(total)
    }
}

/// The next messages of a consumer that has more; fails if NATS delivers none.
pub(super) async fn batch(consumer: &PullConsumer) -> Result<Vec<jetstream::Message>, BrokerError> {
    let messages = consumer.fetch().max_messages(BATCH).expires(STALLED).messages().await?;
    let messages: Vec<_> = messages.try_collect().await?;
    if messages.is_empty() {
        return Err(BrokerError::new("NATS delivers no messages"));
    }
    Ok(messages)
}
