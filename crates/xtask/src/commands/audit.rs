//! `cargo xtask audit`

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::Args;

use crate::audit::audit;
use crate::report::Report;
use crate::stack::Inventory;

/// Check the running stack for anything that must never be
///
/// Over all databases, JetStream and the stand-in's ledger: at most one live
/// order per ticket (I1), captured less refunded is what completed orders cost
/// (I2), everything has been published, taken and copied (I3), no hold outlives
/// its time (I4), a ticket's order is its live order (I5), a ticket is sold
/// where that is complete (I6), no order that was paid has expired (I7). Where no stack runs, `NATS_URL` and
/// `TICKETS_MONGO_URI`, `ORDERS_MONGO_URI` and `PAYMENTS_MONGO_URI` name one, as
/// in a cluster. Exits with 1 and a list of what is broken.
#[derive(Debug, Args)]
pub struct Audit {
    /// How long what is under way may take to settle
    #[arg(long, value_name = "N", default_value_t = 10)]
    patience_seconds: u64,
}

impl Audit {
    /// Looks, and tells.
    pub async fn run(self) -> Result<ExitCode> {
        let report = Report::terminal();
        let stack = Inventory::find()?;
        let outcome = audit(&stack, Duration::from_secs(self.patience_seconds)).await?;
        for note in &outcome.notes {
            report.say(note);
        }
        for finding in &outcome.findings {
            report.say(format_args!("BROKEN {finding}"));
        }
        if outcome.findings.is_empty() {
            report.say("nothing is broken");
            return Ok(ExitCode::SUCCESS);
        }
        Ok(ExitCode::FAILURE)
    }
}
