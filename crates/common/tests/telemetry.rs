//! Memory of metrics. In a process of its own, as it measures the whole process.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use common::telemetry::{init, render_metrics, upkeep};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// This process' resident memory, in kilobytes.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[tokio::test(start_paused = true)]
async fn measured_values_do_not_accumulate_without_scraping() {
    const ROUNDS: u64 = 5;
    const VALUES: u64 = 1_000_000;
    let _telemetry = init("test").unwrap();
    let stop = CancellationToken::new();
    tokio::spawn(upkeep(stop.clone()));
    let histogram = metrics::histogram!("upkeep_seconds");
    let before = memory();
    for _ in 0..ROUNDS {
        for _ in 0..VALUES {
            histogram.record(0.1);
        }
        // Twice the pause of the upkeep.
        sleep(Duration::from_secs(10)).await;
    }
    stop.cancel();
    // Each value takes 8 bytes until it is in its bucket.
    let (grown, all) = (memory().saturating_sub(before), ROUNDS * VALUES * 8 / 1024);
    assert!(grown < all / 2, "{grown} of {all} KB");
    assert!(render_metrics().contains(&format!("upkeep_seconds_count {}", ROUNDS * VALUES)));
}
