//! Tests with async-stripe, as a page and over plain HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod cards;
mod dashboard;
mod idempotency;
mod ledger;
mod pages;
mod persistence;
mod program;
mod races;
mod refunds;
mod shop;
mod switches;
mod three_d_secure;
mod webhooks;
