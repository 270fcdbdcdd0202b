//! The documents, their indexes, every query and every invariant.

mod reindex;
mod search;
mod selling;
mod standing;
mod ticket;

pub use search::{Found, Search, SearchQuery};
pub use selling::SellingState;
pub use ticket::recovery::recover;
pub use ticket::{TicketError, Tickets};
