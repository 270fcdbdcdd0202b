//! A stack of the demo's own.

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::build::{self, Profile, Programs};
use crate::report::Report;
use crate::stack::{Inventory, SERVICES, Stack, StackOptions};

/// How long it holds tickets.
pub(super) const HOLD_SECONDS: u32 = 3;
const GRACE_SECONDS: u32 = 1;

/// A stack in a temporary folder, all of which goes when this does.
pub(super) struct PrivateStack {
    stack: Stack,
    _folder: TempDir,
}

impl PrivateStack {
    /// Starts it without a word.
    pub(super) async fn start(report: &Report) -> Result<Self> {
        let folder = tempfile::tempdir().context("no folder for the private stack's data")?;
        let options = StackOptions {
            hold_seconds: Some(HOLD_SECONDS),
            grace_seconds: Some(GRACE_SECONDS),
            ..StackOptions::new(folder.path().to_owned(), programs(report).await?)
        };
        let stack = Stack::start(options).await.context("the private stack does not start")?;
        Ok(Self { stack, _folder: folder })
    }

    pub(super) fn inventory(&self) -> Inventory {
        self.stack.inventory()
    }

    pub(super) async fn stop(self) {
        self.stack.stop().await;
    }
}

/// Those beside this one, which `up` has built, unless it built others.
async fn programs(report: &Report) -> Result<Programs> {
    let beside = Programs::beside_this_one()?;
    if SERVICES.iter().all(|service| beside.path(service).is_ok()) {
        return Ok(beside);
    }
    build::programs(Profile::Dev, report).await
}
