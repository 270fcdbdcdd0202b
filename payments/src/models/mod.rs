//! The documents, their indexes, every query and every invariant.

mod order;
mod payment;
mod webhook_event;

pub use order::{OrderReplica, Orders, Terms};
pub use payment::{PaymentDocument, PaymentState, Payments};
pub use webhook_event::WebhookEvents;
