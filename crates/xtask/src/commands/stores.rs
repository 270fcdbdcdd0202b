//! `cargo xtask stores`

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use ops::{INTERRUPTED, Interrupt};

use crate::report::Report;
use crate::stores::{Stores as Running, StoresOptions};

/// Keep stores for single tests up until Ctrl-C
///
/// Starts NATS, Redis and Mongo on free ports and prints the `export` lines of
/// `TEST_MONGO_URI`, `TEST_NATS_URL` and `TEST_REDIS_URL`. With them in the
/// environment, `cargo test -p orders` and editors run tests without `cargo xtask
/// test`. The data are deleted at the end.
#[derive(Debug, Args)]
pub struct Stores {}

impl Stores {
    /// Runs until it is interrupted, then stops the stores in order.
    pub async fn run(self) -> Result<ExitCode> {
        let (report, mut interrupt) = (Report::terminal(), Interrupt::listen()?);
        let folder = tempfile::tempdir()?;
        let options = StoresOptions { report: report.clone(), ..StoresOptions::new(folder.path()) };
        let mut stores = tokio::select! {
            stores = Running::start(&options) => stores?,
            () = interrupt.wait() => return Ok(INTERRUPTED.into()),
        };
        for (name, address) in stores.for_tests() {
            report.say(format_args!("export {name}='{address}'"));
        }
        report.say("# the stores are up; Ctrl-C stops them");
        interrupt.wait().await;
        stores.stop().await;
        Ok(ExitCode::SUCCESS)
    }
}
