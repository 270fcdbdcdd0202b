//! The local stack, whole and in parts: processes, stores, gateway.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bench;
mod demo;
mod description;
mod events;
mod gateway;
mod process;
mod programs;
mod stack;
mod stores;

use std::time::{Duration, Instant};

/// Waits for a condition, and fails the test if it never comes true.
async fn eventually(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !condition().await {
        assert!(Instant::now() < deadline, "still not true: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
