//! The documents, their indexes, every query and every invariant.

mod user;

pub use user::{Account, EndedSessions, SignUpRefused, Users};
