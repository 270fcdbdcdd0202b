//! The server's half, over HTTP, with services where nobody answers or with one
//! that the test plays. With all of them it is tested in a browser: `end2end/`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod addresses;
mod docs;
mod functions;
mod heads;
mod orders;
mod pages;
mod services;
mod stage;
