use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::{Stack, recovery, say};

/// Bring a service up to date whose database was restored from a backup
///
/// While no service runs: reads from the other services' replicas what tickets or
/// orders published since the backup, and makes the service receive again, at its
/// next start, every event that the stream still holds. May be repeated. Run
/// `audit` afterwards. docs/OPERATIONS.md has the whole procedure.
#[derive(Debug, Args)]
pub struct Recover {
    /// The service whose database was restored; auth's data have no replicas
    #[arg(value_parser = ["tickets", "orders", "payments"])]
    service: String,
}

impl Recover {
    /// Recovers the service and prints how many documents changed.
    pub async fn run(&self, stack: &Stack) -> Result<ExitCode> {
        let service = &self.service;
        let recovered = recovery::recover(stack, service).await?;
        say(format_args!("{service}: {} documents recovered, {} of them new", recovered.changed, recovered.new));
        let consumers = recovery::redeliver(stack, service).await?.join(", ");
        say(format_args!("{service} will receive again every event that the stream holds ({consumers})"));
        Ok(ExitCode::SUCCESS)
    }
}
