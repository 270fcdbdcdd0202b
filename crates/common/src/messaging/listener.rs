//! What a service writes to hear of events.

use std::{fmt::Display, future::Future, time::Duration};

use chrono::{DateTime, Utc};

use crate::events::Event;

/// Hears of one kind of event.
///
/// Events come at least once and in any order: a listener applies one that is
/// news and returns `Ok` for one that is not.
pub trait Listener: Send + Sync + 'static {
    /// The kind of event.
    type Event: Event;
    /// The service's name among the stream's consumers: all its replicas share
    /// the messages, each of which goes to one of them.
    const QUEUE_GROUP: &'static str;
    /// How long one event may take: less than the half minute after which
    /// another replica gets it. What takes longer is tried again.
    const LIMIT: Duration = Duration::from_secs(25);

    /// Takes one event.
    fn on_event(&self, event: Self::Event, metadata: Metadata) -> impl Future<Output = Outcome> + Send;
}

/// How it went. `Ok` covers the event that was no news.
pub type Outcome = Result<(), Failure>;

/// What stands beside an event's data.
#[derive(Debug, Clone)]
pub struct Metadata {
    /// When the event happened, by its publisher's clock.
    pub time: Option<DateTime<Utc>>,
    /// The message's place in the stream.
    pub sequence: u64,
    /// How often it has been delivered, this time included.
    pub delivered: i64,
}

/// Why an event was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// It may go better later: the message is delivered again, after growing
    /// waits and a bounded number of times.
    #[error("{0}")]
    Retry(String),
    /// It is too early by this much: the message comes again then, or ten minutes
    /// later if that is sooner. It does not count as a failure.
    #[error("too early by {0:?}")]
    Early(Duration),
    /// It never will: the message becomes a dead letter at once.
    #[error("{0}")]
    Permanent(String),
}

impl Failure {
    /// A failure that time may heal.
    pub fn retry(reason: impl Display) -> Self {
        Self::Retry(reason.to_string())
    }

    /// A failure that stays.
    pub fn permanent(reason: impl Display) -> Self {
        Self::Permanent(reason.to_string())
    }
}

impl From<mongodb::error::Error> for Failure {
    fn from(error: mongodb::error::Error) -> Self {
        Self::retry(error)
    }
}
