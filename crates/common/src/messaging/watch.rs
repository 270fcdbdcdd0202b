//! Looking on while events pass.

use async_nats::jetstream::{
    self,
    consumer::{DeliverPolicy, pull},
};
use chrono::{DateTime, Utc};
use futures::{Stream, StreamExt};
use serde_json::Value;

use super::{Broker, BrokerError, message};
use crate::events::Subject;

/// An event that somebody sees pass who need not act on it.
#[derive(Debug, Clone)]
pub struct ObservedEvent {
    /// What kind of event it is.
    pub subject: Subject,
    /// When it happened, by its publisher's clock.
    pub time: Option<DateTime<Utc>>,
    /// Its JSON; null if it is none.
    pub payload: Value,
}

impl Broker {
    /// Every event of every kind from now on, in the stream's order. Watching
    /// takes nothing away from those who listen, and leaves nothing behind.
    pub async fn watch(
        &self,
    ) -> Result<impl Stream<Item = Result<ObservedEvent, BrokerError>> + Send + use<>, BrokerError> {
        let config = pull::OrderedConfig { deliver_policy: DeliverPolicy::New, ..Default::default() };
        let consumer = self.events().await?.create_consumer(config).await.map_err(BrokerError::new)?;
        let messages = consumer.messages().await.map_err(BrokerError::new)?;
        let broker = self.clone();
        Ok(messages.map(move |message| broker.sighting(&message.map_err(BrokerError::new)?)))
    }

    fn sighting(&self, message: &jetstream::Message) -> Result<ObservedEvent, BrokerError> {
        let known = Subject::ALL.iter().copied().find(|subject| self.subject(*subject) == message.subject.as_str());
        let subject =
            known.ok_or_else(|| BrokerError::new(format_args!("{} is no event's subject", message.subject)))?;
        let time = message::time(message.headers.as_ref());
        Ok(ObservedEvent { subject, time, payload: serde_json::from_slice(&message.payload).unwrap_or_default() })
    }
}
