//! Reading events again that the stream still holds.

use std::time::Duration;

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

    /// Every event of a kind that was stored since `since`, oldest first. Undecodable ones
    /// are skipped: they became dead letters when they were first delivered.
    pub async fn replay<E: Event>(&self, since: DateTime<Utc>) -> Result<Vec<E>, BrokerError> {
        let config = pull::Config {
            deliver_policy: DeliverPolicy::ByStartTime { start_time: since },
            filter_subject: self.subject(E::SUBJECT),
            ack_policy: AckPolicy::None,
            ..Default::default()
        };
        let consumer = self.events().await?.create_consumer(config).await?;
        let (mut unread, mut events) = (consumer.cached_info().num_pending, Vec::new());
        while unread > 0 {
            let messages = batch(&consumer).await?;
            unread = unread.saturating_sub(messages.len() as u64);
            events.extend(messages.iter().filter_map(|message| serde_json::from_slice(&message.payload).ok()));
        }
        Ok(events)
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
