//! `cargo xtask install`

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::install::{self, Mongo};
use crate::report::Report;

/// Install the local stores and the manifests' checks into the user's cache directory
///
/// `up` and `test` do so by themselves; this is for preparing a machine or an
/// image. Of the stores, programs on the PATH (mongod, nats-server,
/// valkey-server or redis-server) are preferred to installed ones.
#[derive(Debug, Args)]
pub struct Install {}

impl Install {
    /// Installs, and says what will be used.
    pub async fn run(self) -> Result<ExitCode> {
        let report = Report::terminal();
        let tools = install::tools(&report).await?;
        let (Mongo::Mongod(mongo) | Mongo::Secantus(mongo)) = &tools.mongo;
        for (store, program) in [("mongo", mongo), ("nats", &tools.nats), ("redis", &tools.redis)] {
            report.say(format_args!("{store:<6} {}", program.display()));
        }
        let progress = report.clone();
        let checks = tokio::task::spawn_blocking(move || install::checks(&progress)).await??;
        report.say(format_args!("{:<6} {}", "checks", checks.display()));
        Ok(ExitCode::SUCCESS)
    }
}
