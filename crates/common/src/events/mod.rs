//! The events: one file each, with a committed JSON snapshot that the event must both
//! write and read. A field may be added, never changed or removed.

mod expiration_complete;
mod order_cancelled;
mod order_completed;
mod order_created;
mod order_refunded;
mod payment_closed;
mod payment_created;
mod payment_refunded;
#[cfg(test)]
mod snapshots;
#[allow(missing_docs, reason = "strum documents nothing that it derives")]
mod subject;
mod ticket_created;
mod ticket_updated;
mod ticket_withdrawn;

pub use expiration_complete::ExpirationComplete;
pub use order_cancelled::{OrderCancelled, TicketInOrder};
pub use order_completed::OrderCompleted;
pub use order_created::{HeldTicket, OrderCreated};
pub use order_refunded::OrderRefunded;
pub use payment_closed::PaymentClosed;
pub use payment_created::PaymentCreated;
pub use payment_refunded::PaymentRefunded;
pub use subject::Subject;
pub use ticket_created::TicketCreated;
pub use ticket_updated::TicketUpdated;
pub use ticket_withdrawn::TicketWithdrawn;

use serde::{Serialize, de::DeserializeOwned};

/// A fact that one service publishes and others subscribe to.
pub trait Event: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The subject under which it is published.
    const SUBJECT: Subject;

    /// Identifies the event among those of its subject, usually by the aggregate's id and
    /// version. JetStream deduplicates events with the same key.
    fn key(&self) -> String;
}
