//! Fetches messages, passes them to their listeners, acknowledges them.

use std::{marker::PhantomData, sync::Arc, time::Duration};

use async_nats::jetstream::{
    self, AckKind,
    consumer::{AckPolicy, PullConsumer, pull},
};
use futures::{FutureExt, StreamExt, future::BoxFuture};
use tokio::{sync::Semaphore, time::sleep};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::Instrument;

use super::{
    Broker, BrokerError, Failure, Listener, Outcome,
    backoff::{self, MAX_DELIVERIES},
    dead_letters, message,
};
use crate::{
    error::chain,
    events::Event,
    task::{Unfinished, run_to_completion},
    telemetry,
};

/// Messages of one kind that are handled at the same time.
const CONCURRENCY: usize = 32;
/// How long NATS waits for messages before it ends a batch; how long a listener
/// may take to notice that it has to stop.
const PULL: Duration = Duration::from_secs(1);
/// How long a message may stay unacknowledged before it is delivered again.
const ACK_WAIT: Duration = Duration::from_secs(30);
/// The longest pause before an early message is delivered again.
const LONGEST_WAIT: Duration = Duration::from_mins(10);
/// The pause before fetching again after fetching failed.
const RECONNECT: Duration = Duration::from_millis(500);

type Task = Box<dyn FnOnce(Broker, CancellationToken) -> BoxFuture<'static, ()> + Send>;

/// The events that a service handles, each with its listener.
pub struct Listeners {
    queue_group: &'static str,
    tasks: Vec<Task>,
}

impl Listeners {
    /// No listeners yet. All replicas of a service share one queue group
    /// (`tickets-service`), so that each message goes to one of them.
    #[must_use]
    pub fn of(queue_group: &'static str) -> Self {
        Self { queue_group, tasks: Vec::new() }
    }

    /// Adds the listener of one kind of event.
    #[must_use]
    pub fn on<E: Event>(mut self, listener: impl Listener<E>) -> Self {
        let (listener, queue_group) = (Arc::new(listener), self.queue_group);
        self.tasks.push(Box::new(move |broker, stop| {
            Subscription { listener, queue_group, broker, event: PhantomData }.run(stop).boxed()
        }));
        self
    }

    /// Delivers messages until `stop`, then finishes those in progress.
    pub async fn run(self, broker: Broker, stop: CancellationToken) {
        let running = self.tasks.into_iter().map(|task| task(broker.clone(), stop.clone()));
        futures::future::join_all(running).await;
    }
}

/// One listener and its consumer.
struct Subscription<E, L> {
    listener: Arc<L>,
    queue_group: &'static str,
    broker: Broker,
    event: PhantomData<fn(E)>,
}

impl<E, L> Clone for Subscription<E, L> {
    fn clone(&self) -> Self {
        Self { listener: self.listener.clone(), broker: self.broker.clone(), ..*self }
    }
}

impl<E: Event, L: Listener<E>> Subscription<E, L> {
    const SUBJECT: &'static str = E::SUBJECT.as_str();

    async fn run(self, stop: CancellationToken) {
        let in_progress = TaskTracker::new();
        while !stop.is_cancelled() {
            if let Err(error) = self.fetch(&stop, &in_progress).await {
                tracing::warn!(subject = Self::SUBJECT, error = chain(&error), "fetching events failed, trying again");
                self.broker.recreate_streams().await;
                tokio::select! { () = stop.cancelled() => {}, () = sleep(RECONNECT) => {} }
            }
        }
        in_progress.close();
        in_progress.wait().await;
    }

    /// Fetches messages until `stop` or until that fails: never more than can be
    /// handled at once, as fetching a message counts as delivering it.
    async fn fetch(&self, stop: &CancellationToken, in_progress: &TaskTracker) -> Result<(), BrokerError> {
        let consumer = self.consumer().await?;
        let slots = Arc::new(Semaphore::new(CONCURRENCY));
        while !stop.is_cancelled() {
            drop(slots.acquire().await);
            let free = slots.available_permits();
            let mut batch = consumer.batch().max_messages(free).expires(PULL).messages().await?;
            // To its end even after `stop`: NATS counts all of it as delivered.
            while let Some(message) = batch.next().await {
                let message = message?;
                let Ok(slot) = slots.clone().acquire_owned().await else { return Ok(()) };
                let this = self.clone();
                in_progress.spawn(async move {
                    this.deliver(message).await;
                    drop(slot);
                });
            }
        }
        Ok(())
    }

    /// The durable consumer that all replicas of the service share:
    /// `tickets-service-order-created`.
    async fn consumer(&self) -> Result<PullConsumer, BrokerError> {
        let config = pull::Config {
            durable_name: Some(format!("{}-{}", self.queue_group, Self::SUBJECT.replace(':', "-"))),
            filter_subject: self.broker.subject(Self::SUBJECT),
            ack_policy: AckPolicy::Explicit,
            ack_wait: ACK_WAIT,
            // Deliveries are limited below, where a message that has used them up
            // becomes a dead letter; JetStream would only stop delivering it.
            max_deliver: -1,
            // Messages that wait for another attempt must not keep others from being
            // delivered. Fetching limits how many are handled at once.
            max_ack_pending: -1,
            ..Default::default()
        };
        Ok(self.broker.events().await?.create_consumer(config).await?)
    }

    async fn deliver(&self, message: jetstream::Message) {
        let span = tracing::info_span!("event", subject = Self::SUBJECT, service = self.queue_group);
        telemetry::continue_trace(&span, message::traceparent(message.headers.as_ref()));
        async {
            if let Err(error) = self.handle(&message).await {
                // Unacknowledged, it is delivered again after ACK_WAIT.
                tracing::warn!(error = chain(&error), "acknowledging a message failed");
            }
        }
        .instrument(span)
        .await;
    }

    /// Has the listener handle a message, and acknowledges it by the outcome.
    async fn handle(&self, message: &jetstream::Message) -> Result<(), BrokerError> {
        let info = message.info()?;
        let (sequence, delivered) = (info.stream_sequence, info.delivered);
        let (label, acknowledged) = match self.call_listener(message, delivered).await {
            Ok(()) => ("done", message.ack().await),
            Err(Failure::Retry(cause)) if delivered < MAX_DELIVERIES => {
                let (wait, reason) = (backoff::wait(delivered), chain(&*cause));
                tracing::warn!(sequence, delivered, reason, ?wait, "an event will be retried");
                ("retry", message.ack_with(AckKind::Nak(Some(wait))).await)
            }
            Err(Failure::Early(by)) => {
                tracing::warn!(sequence, ?by, "an event came too early, by some replica's clock; it will be retried");
                ("early", message.ack_with(AckKind::Nak(Some(by.min(LONGEST_WAIT)))).await)
            }
            Err(Failure::Retry(cause) | Failure::Permanent(cause)) => {
                let reason = chain(&*cause);
                tracing::error!(sequence, delivered, reason, "an event becomes a dead letter");
                ("dead", self.move_to_dead_letters(message, sequence, delivered, &reason).await)
            }
        };
        metrics::counter!("events_consumed_total", "subject" => Self::SUBJECT, "outcome" => label).increment(1);
        Ok(acknowledged?)
    }

    async fn call_listener(&self, message: &jetstream::Message, delivered: i64) -> Outcome {
        if delivered > MAX_DELIVERIES {
            return Err(Failure::permanent("its deliveries are used up"));
        }
        let event = serde_json::from_slice(&message.payload).map_err(|error| Failure::permanent(Undecodable(error)))?;
        let listener = self.listener.clone();
        let call = run_to_completion(L::TIMEOUT, async move { listener.on_event(event).await });
        call.await.unwrap_or_else(|unfinished| {
            Err(match unfinished {
                Unfinished::Overdue(_) => Failure::retry(unfinished.to_string()),
                Unfinished::Panicked(_) => Failure::retry("the listener panicked"),
            })
        })
    }

    /// Stores a message as a dead letter, and only then acknowledges it.
    async fn move_to_dead_letters(
        &self,
        message: &jetstream::Message,
        sequence: u64,
        delivered: i64,
        reason: &str,
    ) -> Result<(), async_nats::Error> {
        match dead_letters::store(&self.broker, self.queue_group, Self::SUBJECT, sequence, message, reason).await {
            Ok(()) => message.ack().await,
            Err(error) => {
                self.broker.recreate_streams().await;
                message.ack_with(AckKind::Nak(Some(backoff::wait(delivered)))).await?;
                Err(error.into())
            }
        }
    }
}

/// A message's payload is not the JSON of its kind of event.
#[derive(Debug, thiserror::Error)]
#[error("can't be decoded")]
struct Undecodable(#[source] serde_json::Error);
