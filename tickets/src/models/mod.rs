//! The documents, their indexes, every query and every invariant.

mod reindex;
mod search;
mod standing;
mod ticket;

pub use reindex::reindex;
pub use search::Search;
pub use ticket::recovery::recover;
pub use ticket::{TicketError, Tickets};
