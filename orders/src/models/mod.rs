//! The documents, their indexes, every query and every invariant.

mod order;
mod ticket;

pub use order::recovery::{RecoverError, recover};
pub use order::{CancelRefused, Orders, ReserveRefused};
pub use ticket::{TicketReplica, TicketReplicas};
