//! What a service implements to handle events.

use std::{error::Error, future::Future, time::Duration};

use crate::events::Event;

/// Handles one kind of event.
///
/// Delivery is at-least-once and unordered: an event may arrive twice, late, and
/// after a newer one. A listener must be idempotent: it applies what is new and
/// returns `Ok` for what was applied already or is stale. Nothing is acknowledged
/// before it returns. An error says what happens next: [`Failure::Retry`] delivers
/// the event again after a backoff, [`Failure::Early`] when its time has come, and
/// [`Failure::Permanent`] turns it into a dead letter.
pub trait Listener<E: Event>: Send + Sync + 'static {
    /// How long one event may take: less than the 30 seconds after which NATS
    /// delivers it to another replica. A call that takes longer counts as failed.
    const TIMEOUT: Duration = Duration::from_secs(25);

    /// Handles one event.
    fn on_event(&self, event: E) -> impl Future<Output = Outcome> + Send;
}

/// Whether an event was handled; `Ok` also for one that was already applied.
pub type Outcome = Result<(), Failure>;

/// Why an event was not handled.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A later attempt may succeed: the event is delivered again with growing
    /// pauses, 600 times in about an hour and a half; then it is a dead letter.
    #[error(transparent)]
    Retry(Box<dyn Error + Send + Sync>),
    /// The event came too early by this much: it is delivered again after that
    /// time, or after ten minutes if that is less. This is not counted as a failure.
    #[error("too early by {0:?}")]
    Early(Duration),
    /// No attempt can succeed: the event becomes a dead letter at once.
    #[error(transparent)]
    Permanent(Box<dyn Error + Send + Sync>),
}

impl Failure {
    /// A failure after which another attempt may succeed.
    pub fn retry(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Retry(cause.into())
    }

    /// A failure that every attempt would meet.
    pub fn permanent(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Permanent(cause.into())
    }
}

impl From<mongodb::error::Error> for Failure {
    fn from(error: mongodb::error::Error) -> Self {
        Self::retry(error)
    }
}
