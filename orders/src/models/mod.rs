//! The documents, their indexes, every query and every invariant.

mod order;
mod ticket;

pub use order::recovery::{RecoverError, recover};
pub use order::{OrderError, Orders};
pub use ticket::{TicketReplica, TicketReplicas};
