//! Tests of the server half over HTTP, with unreachable or fake services. `end2end/` tests
//! it with the real ones, in a browser.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod addresses;
mod docs;
mod functions;
mod heads;
mod live;
mod orders;
mod pages;
mod services;
mod storefront;
