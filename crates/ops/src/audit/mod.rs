//! What must always hold, checked over all databases, JetStream and Stripe's
//! ledger.

mod documents;
mod rules;
mod snapshot;

use std::fmt;
use std::time::Duration;

use anyhow::Result;
use tokio::time::{Instant, sleep};

use crate::Stack;
use snapshot::Sources;

/// The pause between two looks at a system that has not come to rest.
const PAUSE: Duration = Duration::from_millis(250);

/// Something that should not be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Which invariant is broken.
    pub invariant: Invariant,
    /// What about which document.
    pub what: String,
}

/// What must always hold once the system is quiet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Invariant {
    /// At most one live order per ticket.
    OneLiveOrder,
    /// Captured less refunded is the total of completed orders, order by order.
    Money,
    /// Every outbox is empty, every message taken, every replica at its owner's version.
    Convergence,
    /// No hold outlives its time.
    Holds,
    /// A ticket's order is its live order, or none.
    TicketsOrder,
    /// A ticket is sold exactly where its live order is complete.
    Sold,
    /// No order that was paid has expired.
    PaidStays,
}

impl Finding {
    /// Whether seeing it twice in a row is enough: an oversold ticket stays a
    /// broken promise though one of its orders expires later. Once is not, as a
    /// look is not at one instant.
    fn is_final(&self) -> bool {
        self.invariant == Invariant::OneLiveOrder
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = match self.invariant {
            Invariant::OneLiveOrder => "I1",
            Invariant::Money => "I2",
            Invariant::Convergence => "I3",
            Invariant::Holds => "I4",
            Invariant::TicketsOrder => "I5",
            Invariant::Sold => "I6",
            Invariant::PaidStays => "I7",
        };
        write!(f, "{number} {}", self.what)
    }
}

/// What an audit has seen.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What is broken, in order.
    pub findings: Vec<Finding>,
    /// How much was looked at, and what could not be.
    pub notes: Vec<String>,
}

/// Checks a running stack. What is under way breaks the invariants for a moment:
/// so it looks again until nothing is broken, or as long as `patience` lasts.
pub async fn audit(stack: &Stack, patience: Duration) -> Result<Outcome> {
    let sources = Sources::open(stack).await?;
    let deadline = Instant::now() + patience;
    let mut before = Vec::new();
    loop {
        let snapshot = sources.take().await?;
        let findings = rules::check(&snapshot);
        let lasting = findings.iter().any(|finding| finding.is_final() && before.contains(finding));
        if findings.is_empty() || lasting || Instant::now() >= deadline {
            return Ok(Outcome { findings, notes: snapshot.notes() });
        }
        before = findings;
        sleep(PAUSE).await;
    }
}
