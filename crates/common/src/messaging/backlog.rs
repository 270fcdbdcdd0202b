//! How far behind the listeners are.

use futures::TryStreamExt;

use super::{Broker, BrokerError};

/// What one consumer has still to take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backlog {
    /// The consumer's name: service and subject.
    pub consumer: String,
    /// Messages not yet handed out, or handed out and not yet taken.
    pub messages: u64,
}

impl Broker {
    /// What each durable consumer of the events has still to take.
    pub async fn backlog(&self) -> Result<Vec<Backlog>, BrokerError> {
        let events = self.events().await?;
        let infos: Vec<_> = events.consumers().try_collect().await.map_err(BrokerError::new)?;
        let durable = infos.into_iter().filter(|info| info.config.durable_name.is_some());
        Ok(durable
            .map(|info| Backlog { consumer: info.name, messages: info.num_pending + info.num_ack_pending as u64 })
            .collect())
    }
}
