//! The promises under races, crashes, outages and late messages. Each test has a stack of
//! its own and ends with an audit.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod crash;
mod deadline;
mod delivery;
mod load;
mod outage;
mod paid;
mod race;
mod restore;
mod sale;
mod shop;
mod soak;
mod withdrawn;
