//! The server functions, one file per service behind them, and one for the texts.
//!
//! Endpoints have names instead of hashes: both halves agree however they were compiled.

pub mod auth;
pub mod orders;
pub mod payments;
pub mod texts;
pub mod tickets;
