//! The promises under races, crashes, outages and late messages: a whole stack
//! of its own per test, and an audit at the end of each.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod crash;
mod deadline;
mod delivery;
mod outage;
mod paid;
mod race;
mod restore;
mod sale;
mod shop;
mod soak;
