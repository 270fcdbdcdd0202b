//! The server functions, one file per service behind them.
//!
//! Endpoints have names instead of hashes: both halves agree however they were compiled.

pub mod auth;
pub mod orders;
pub mod payments;
pub mod tickets;
