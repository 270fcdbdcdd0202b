//! What pages ask of the server, one file per service behind it.
//!
//! Endpoints are named, not numbered by a hash: both halves agree wherever they
//! were compiled.

pub mod auth;
pub mod orders;
pub mod payments;
pub mod tickets;
