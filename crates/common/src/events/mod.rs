//! The events: one file each, with a committed JSON snapshot that it must both
//! write and read. A field may be added, never changed or removed.

mod expiration_complete;
mod order_cancelled;
mod order_created;
mod payment_closed;
mod payment_created;
mod payment_refunded;
#[cfg(test)]
mod snapshot;
mod subject;
mod ticket_created;
mod ticket_updated;

pub use expiration_complete::ExpirationComplete;
pub use order_cancelled::{CancelledTicket, OrderCancelled};
pub use order_created::{HeldTicket, OrderCreated};
pub use payment_closed::PaymentClosed;
pub use payment_created::{PaidTicket, PaymentCreated};
pub use payment_refunded::PaymentRefunded;
pub use subject::Subject;
pub use ticket_created::TicketCreated;
pub use ticket_updated::TicketUpdated;

use serde::{Serialize, de::DeserializeOwned};

/// Something that happened, told to whoever listens.
pub trait Event: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// What kind of event this is.
    const SUBJECT: Subject;

    /// What makes this event different from others of its kind: the aggregate's
    /// id and version. Publishing the same key twice is publishing it once.
    fn key(&self) -> String;
}
