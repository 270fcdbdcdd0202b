//! Fetches messages, hands them to their listeners, settles them.

use std::{sync::Arc, time::Duration};

use async_nats::jetstream::{
    self, AckKind,
    consumer::{AckPolicy, pull},
};
use futures::{FutureExt, StreamExt};
use tokio::{sync::Semaphore, time::sleep};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::Instrument;

use super::{
    Broker, BrokerError, Failure, Listener, Metadata, Outcome,
    backoff::{self, MAX_DELIVERIES},
    dead_letters, message, retired,
};
use crate::{
    events::{Event, Subject},
    task::{Unfinished, run_to_completion},
    telemetry,
};

/// Messages that one listener works on at the same time.
const CONCURRENCY: usize = 32;
/// How long NATS waits for messages before it ends a batch; how long a listener
/// may take to notice that it is to stop.
const PULL: Duration = Duration::from_secs(1);
/// How long a message may be worked on before another replica gets it.
const ACK_WAIT: Duration = Duration::from_secs(30);
/// The longest that an early message waits at a time.
const LONGEST_WAIT: Duration = Duration::from_mins(10);
/// The pause before fetching again after fetching failed.
const RECONNECT: Duration = Duration::from_millis(500);

type Task = Box<dyn FnOnce(Broker, CancellationToken) -> futures::future::BoxFuture<'static, ()> + Send>;

/// The subscriptions of a service.
#[derive(Default)]
pub struct Listeners(Vec<Task>);

impl Listeners {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a listener.
    #[must_use]
    pub fn with<L: Listener>(mut self, listener: L) -> Self {
        self.0.push(Box::new(|broker, stop| Subscription::new(listener, broker).run(stop).boxed()));
        self
    }

    /// Takes away the consumer of a listener that the service no longer has,
    /// once no older replica uses it.
    #[must_use]
    pub fn retired(mut self, queue_group: &'static str, subject: Subject) -> Self {
        let name = consumer_name(queue_group, subject);
        self.0.push(Box::new(move |broker, stop| retired::remove(broker, name, stop).boxed()));
        self
    }

    /// Hands out messages until told to stop, then finishes those in hand.
    pub async fn run(self, broker: Broker, stop: CancellationToken) {
        let running = self.0.into_iter().map(|task| task(broker.clone(), stop.clone()));
        futures::future::join_all(running).await;
    }
}

/// The name of the durable consumer of a service for a kind of event.
fn consumer_name(queue_group: &str, subject: Subject) -> String {
    format!("{queue_group}-{}", subject.as_str().replace(':', "-"))
}

/// One listener and its consumer.
struct Subscription<L> {
    listener: Arc<L>,
    broker: Broker,
}

impl<L: Listener> Subscription<L> {
    const SUBJECT: &'static str = L::Event::SUBJECT.as_str();

    fn new(listener: L, broker: Broker) -> Arc<Self> {
        Arc::new(Self { listener: Arc::new(listener), broker })
    }

    async fn run(self: Arc<Self>, stop: CancellationToken) {
        let in_hand = TaskTracker::new();
        while !stop.is_cancelled() {
            if let Err(error) = self.fetch(&stop, &in_hand).await {
                tracing::warn!(subject = Self::SUBJECT, %error, "fetching events failed, trying again");
                self.broker.heal().await;
                tokio::select! { () = stop.cancelled() => {}, () = sleep(RECONNECT) => {} }
            }
        }
        in_hand.close();
        in_hand.wait().await;
    }

    /// Fetches messages until told to stop or until that fails: never more than
    /// can be worked on at once, as what is fetched counts as delivered.
    async fn fetch(self: &Arc<Self>, stop: &CancellationToken, in_hand: &TaskTracker) -> Result<(), BrokerError> {
        let consumer = self.consumer().await?;
        let places = Arc::new(Semaphore::new(CONCURRENCY));
        while !stop.is_cancelled() {
            drop(places.acquire().await);
            let free = places.available_permits();
            let mut batch =
                consumer.batch().max_messages(free).expires(PULL).messages().await.map_err(BrokerError::new)?;
            // To its end even when told to stop: what NATS has sent is in hand.
            while let Some(message) = batch.next().await {
                let message = message.map_err(BrokerError::new)?;
                let Ok(place) = places.clone().acquire_owned().await else { return Ok(()) };
                let this = Arc::clone(self);
                in_hand.spawn(async move {
                    this.take(message).await;
                    drop(place);
                });
            }
        }
        Ok(())
    }

    /// The durable consumer that all replicas of the service share.
    async fn consumer(&self) -> Result<jetstream::consumer::PullConsumer, BrokerError> {
        let config = pull::Config {
            durable_name: Some(consumer_name(L::QUEUE_GROUP, L::Event::SUBJECT)),
            filter_subject: self.broker.subject(L::Event::SUBJECT),
            ack_policy: AckPolicy::Explicit,
            ack_wait: ACK_WAIT,
            // Deliveries are bounded below, where a message that has used them
            // up becomes a dead letter; JetStream would only stop delivering it.
            max_deliver: -1,
            // What waits to be tried again must not keep others from being
            // delivered. How many are worked on at once is bounded by fetching.
            max_ack_pending: -1,
            ..Default::default()
        };
        self.broker.events().await?.create_consumer(config).await.map_err(BrokerError::new)
    }

    async fn take(&self, message: jetstream::Message) {
        let span = tracing::info_span!("event", subject = Self::SUBJECT, service = L::QUEUE_GROUP);
        telemetry::continue_trace(&span, message::traceparent(message.headers.as_ref()));
        async {
            if let Err(error) = self.settle(&message).await {
                // Unacknowledged, it comes again after ACK_WAIT.
                tracing::warn!(%error, "settling a message failed");
            }
        }
        .instrument(span)
        .await;
    }

    /// Hands a message to the listener and settles it by the outcome.
    async fn settle(&self, message: &jetstream::Message) -> Result<(), BrokerError> {
        let info = message.info().map_err(BrokerError::new)?;
        let (sequence, delivered) = (info.stream_sequence, info.delivered);
        let time = message::time(message.headers.as_ref());
        let outcome = self.hand_over(message, Metadata { time, sequence, delivered }).await;
        let (label, settled) = match outcome {
            Ok(()) => ("done", message.ack().await),
            Err(Failure::Retry(reason)) if delivered < MAX_DELIVERIES => {
                let wait = backoff::wait(delivered);
                tracing::warn!(sequence, delivered, reason, ?wait, "an event will be tried again");
                ("retry", message.ack_with(AckKind::Nak(Some(wait))).await)
            }
            Err(Failure::Early(by)) => {
                let wait = by.min(LONGEST_WAIT);
                tracing::warn!(sequence, ?by, "an event comes too early, by somebody's clock; it will come again");
                ("early", message.ack_with(AckKind::Nak(Some(wait))).await)
            }
            Err(Failure::Retry(reason) | Failure::Permanent(reason)) => {
                tracing::error!(sequence, delivered, reason, "an event becomes a dead letter");
                ("dead", self.bury(message, sequence, delivered, &reason).await)
            }
        };
        metrics::counter!("events_consumed_total", "subject" => Self::SUBJECT, "outcome" => label).increment(1);
        settled.map_err(BrokerError::new)
    }

    async fn hand_over(&self, message: &jetstream::Message, metadata: Metadata) -> Outcome {
        if metadata.delivered > MAX_DELIVERIES {
            return Err(Failure::permanent("its deliveries are used up"));
        }
        let event = serde_json::from_slice(&message.payload)
            .map_err(|error| Failure::Permanent(format!("can't be decoded: {error}")))?;
        let listener = self.listener.clone();
        run_to_completion(L::LIMIT, async move { listener.on_event(event, metadata).await }).await.unwrap_or_else(
            |unfinished| {
                Err(match unfinished {
                    Unfinished::Overdue(_) => Failure::retry(unfinished),
                    Unfinished::Panicked(_) => Failure::retry("the listener panicked"),
                })
            },
        )
    }

    /// Keeps a message as a dead letter; only then is it acknowledged.
    async fn bury(
        &self,
        message: &jetstream::Message,
        sequence: u64,
        delivered: i64,
        reason: &str,
    ) -> Result<(), async_nats::Error> {
        let buried = dead_letters::bury(&self.broker, L::QUEUE_GROUP, Self::SUBJECT, sequence, message, reason).await;
        match buried {
            Ok(()) => message.ack().await,
            Err(error) => {
                self.broker.heal().await;
                message.ack_with(AckKind::Nak(Some(backoff::wait(delivered)))).await?;
                Err(error.into())
            }
        }
    }
}
