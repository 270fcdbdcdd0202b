//! The documents, their indexes, every query and every invariant.

mod order;
mod payment;

pub use order::{OrderReplica, OrderReplicas, Terms};
pub use payment::{PaymentDocument, PaymentState, Payments};
