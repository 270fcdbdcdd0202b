//! The documents, their indexes, every query and every invariant.

mod search;
mod standing;
mod ticket;

pub use search::Search;
pub use ticket::{EditRefused, Tickets};
