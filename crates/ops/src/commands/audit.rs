use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::Args;

use crate::{Stack, audit::audit, say};

/// Check what must always hold in a running stack
///
/// Over all databases, JetStream and the stand-in's ledger: a ticket has at most
/// one live order (I1), captured less refunded is what completed orders cost (I2),
/// every event is published, handled and copied (I3), no hold outlives its time
/// (I4), a ticket's order is its live order (I5), a ticket is sold exactly when that
/// order is complete (I6), no order that was paid has expired (I7). Exits with 1
/// and a list of violations.
#[derive(Debug, Args)]
pub struct Audit {
    /// How long work in progress may take to finish before a violation counts
    #[arg(long, value_name = "N", default_value_t = 10)]
    timeout_seconds: u64,
}

impl Audit {
    /// Audits the stack and prints what it finds.
    pub async fn run(&self, stack: &Stack) -> Result<ExitCode> {
        let outcome = audit(stack, Duration::from_secs(self.timeout_seconds)).await?;
        for note in &outcome.notes {
            say(note);
        }
        for finding in &outcome.findings {
            say(format_args!("BROKEN {finding}"));
        }
        if outcome.findings.is_empty() {
            say("nothing is broken");
            return Ok(ExitCode::SUCCESS);
        }
        Ok(ExitCode::FAILURE)
    }
}
