//! How far the listeners are behind.

use futures::TryStreamExt;

use super::{Broker, BrokerError};

/// How much one consumer has still to handle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backlog {
    /// The consumer's name: service and subject.
    pub consumer: String,
    /// Messages that are not delivered or not acknowledged yet.
    pub messages: u64,
}

impl Broker {
    /// The backlog of each durable consumer of the events.
    pub async fn backlog(&self) -> Result<Vec<Backlog>, BrokerError> {
        let infos: Vec<_> = self.events().await?.consumers().try_collect().await?;
        let durable = infos.into_iter().filter(|info| info.config.durable_name.is_some());
        Ok(durable
            .map(|info| Backlog { consumer: info.name, messages: info.num_pending + info.num_ack_pending as u64 })
            .collect())
    }
}
