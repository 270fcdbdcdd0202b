//! The audit: what must always hold, checked over all databases, JetStream and the
//! ledger of a stand-in for Stripe.

mod by_order;
mod by_ticket;
mod documents;
mod findings;
mod sorted;
mod sources;
#[cfg(test)]
mod tests;

use std::time::Duration;

use anyhow::Result;
use tokio::time::{Instant, sleep};

use crate::Stack;
pub use findings::{Finding, Invariant};
use sources::Sources;

/// The pause between two passes over a stack whose work is still in progress.
const PAUSE: Duration = Duration::from_millis(250);

/// The result of an audit.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The violations, by invariant.
    pub findings: Vec<Finding>,
    /// How much was read, and what could not be.
    pub notes: Vec<String>,
}

/// Audits a running stack. Work in progress violates invariants for a moment, so the
/// audit repeats until it finds nothing or `limit` is over. Fails if a store can't
/// be reached.
pub async fn audit(stack: &Stack, limit: Duration) -> Result<Outcome> {
    let sources = Sources::open(stack).await?;
    let deadline = Instant::now() + limit;
    let mut before = Vec::new();
    loop {
        let outcome = sources.check().await?;
        let findings = &outcome.findings;
        let lasting = findings.iter().any(|finding| finding.is_final() && before.contains(finding));
        if findings.is_empty() || lasting || Instant::now() >= deadline {
            return Ok(outcome);
        }
        before = outcome.findings;
        sleep(PAUSE).await;
    }
}
