//! `cargo xtask recover`

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::recovery;
use crate::report::Report;
use crate::stack::Inventory;

/// Bring a service up to date whose database was put back from a backup
///
/// While no service runs: takes back from the others' copies what tickets or
/// orders had told them since the backup, and has the service hear again, when it
/// starts, all that the stream of events still holds. To be followed by `audit`.
/// May be repeated. `NATS_URL` and `TICKETS_MONGO_URI`, `ORDERS_MONGO_URI` and
/// `PAYMENTS_MONGO_URI` name the stack, as in a cluster. docs/OPERATIONS.md has
/// the whole recipe.
#[derive(Debug, Args)]
pub struct Recover {
    /// Whose database was put back. Nobody keeps copies of what auth knows.
    #[arg(value_parser = ["tickets", "orders", "payments"])]
    service: String,
}

impl Recover {
    /// Recovers, and tells what of.
    pub async fn run(self) -> Result<ExitCode> {
        let (service, report) = (&self.service, Report::terminal());
        let stack = Inventory::find()?;
        let taken = recovery::take_back(&stack, service).await?;
        report.say(format_args!("{service} takes back {} documents, {} of them new", taken.changed, taken.new));
        let consumers = recovery::hear_again(&stack, service).await?;
        report
            .say(format_args!("{service} will hear again all events that the stream holds ({})", consumers.join(", ")));
        Ok(ExitCode::SUCCESS)
    }
}
