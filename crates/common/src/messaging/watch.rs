//! Observing events without handling them.

use async_nats::jetstream::{
    self,
    consumer::{DeliverPolicy, pull},
};
use chrono::{DateTime, Utc};
use futures::{StreamExt, TryStreamExt, future::ready, stream::BoxStream};
use serde_json::Value;

use super::{Broker, BrokerError, message};
use crate::events::Subject;

/// An event as an observer sees it.
#[derive(Debug, Clone)]
pub struct ObservedEvent {
    /// The kind of event.
    pub subject: Subject,
    /// When it happened, by its publisher's clock.
    pub time: Option<DateTime<Utc>>,
    /// Its JSON; null if it is not JSON.
    pub payload: Value,
}

/// Events as they are published.
pub type ObservedEvents = BoxStream<'static, Result<ObservedEvent, BrokerError>>;

impl Broker {
    /// Every event of every known kind from now on, in the stream's order. Observing
    /// takes no event from a listener, and leaves no consumer behind.
    pub async fn watch(&self) -> Result<ObservedEvents, BrokerError> {
        self.observe(DeliverPolicy::New).await
    }

    /// The same from the beginning of the stream.
    #[cfg(feature = "testing")]
    pub async fn watch_from_start(&self) -> Result<ObservedEvents, BrokerError> {
        self.observe(DeliverPolicy::All).await
    }

    async fn observe(&self, deliver_policy: DeliverPolicy) -> Result<ObservedEvents, BrokerError> {
        let config = pull::OrderedConfig { deliver_policy, ..Default::default() };
        let messages = self.events().await?.create_consumer(config).await?.messages().await?;
        let broker = self.clone();
        let events = messages.map_err(BrokerError::from);
        Ok(events.try_filter_map(move |message| ready(Ok(broker.observed(&message)))).boxed())
    }

    /// `None` for an event of a newer program, which this one knows nothing of.
    fn observed(&self, message: &jetstream::Message) -> Option<ObservedEvent> {
        let is_its = |subject: &Subject| self.subject(subject) == message.subject.as_str();
        let subject = Subject::ALL.iter().copied().find(is_its)?;
        let time = message::time(message.headers.as_ref());
        Some(ObservedEvent { subject, time, payload: serde_json::from_slice(&message.payload).unwrap_or_default() })
    }
}
