//! `cargo xtask demo`

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::demo;
use crate::report::Report;
use crate::stack;

/// Play a sale on the running stack and print every request and event
///
/// Four acts: a ticket is sold; an order is cancelled; another expires; a card
/// is declined and another pays. Needs `cargo xtask up` in another terminal.
/// Should that stack hold tickets for long, a private one that does not plays
/// the third act. Fails when anything does not go as it should.
#[derive(Debug, Args)]
pub struct Demo {}

impl Demo {
    /// Plays all acts.
    pub async fn run(self) -> Result<ExitCode> {
        demo::play(&stack::data_dir(), &Report::terminal()).await?;
        Ok(ExitCode::SUCCESS)
    }
}
