//! Figures: what the services need, and how fast they are, on this machine.

mod convergence;
mod lateness;
mod market;
mod memory;
mod sample;
mod table;
mod throughput;
mod traffic;

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::build::Programs;
use crate::report::{Report, Steps};
use crate::stack::{Stack, StackOptions};
pub use table::Table;

/// Requests that are under way at the same time.
const IN_FLIGHT: usize = 32;
/// Two stacks to start, six things to measure.
const STEPS: usize = 8;

/// Measures everything; `requests` of typical traffic between the two
/// measurements of memory.
pub async fn run(programs: &Programs, requests: usize, report: &Report) -> Result<Table> {
    let steps = Steps::new(report, STEPS);
    let mut table = Table::default();

    let (_folder, stack) = start(programs, None).await?;
    steps.done("a private stack is up");
    let shop = market::services(&stack.inventory());
    let idle = memory::resident(&stack.inventory());
    steps.done("memory is measured, idle");
    let sent = traffic::send(&shop, requests, report).await.context("typical traffic")?;
    let after = memory::resident(&stack.inventory());
    steps.done(format_args!("memory is measured, after {sent} requests"));
    table.add(memory::section(&idle, &after, sent));
    table.add(convergence::measure(&shop).await.context("from order to ticket")?);
    steps.done("orders reaching their tickets are timed");
    table.add(throughput::measure(&shop, &steps).await.context("throughput")?);
    stack.stop().await;

    let (_folder, stack) = start(programs, Some(lateness::HOLD_SECONDS)).await?;
    steps.done("a second private stack is up, whose orders expire soon");
    table.add(lateness::measure(&stack.inventory()).await.context("expiry")?);
    steps.done("expiry is timed");
    stack.stop().await;
    Ok(table)
}

/// A silent stack, in which anybody may sign up as often as they like.
async fn start(programs: &Programs, hold_seconds: Option<u32>) -> Result<(TempDir, Stack)> {
    let folder = tempfile::tempdir().context("no folder for the stack's data")?;
    let options = StackOptions {
        hold_seconds,
        grace_seconds: hold_seconds.map(|_| lateness::GRACE_SECONDS),
        env: vec![("AUTH_RATE_PER_MINUTE".to_owned(), "0".to_owned())],
        ..StackOptions::new(folder.path().to_owned(), programs.clone())
    };
    Ok((folder, Stack::start(options).await?))
}
