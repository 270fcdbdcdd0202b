//! Playwright, which plays the stories.

use std::path::PathBuf;
use std::process;

use anyhow::{Context, Result};
use tokio::process::Command;

use crate::process::Group;
use crate::report::Report;

/// What it plays, with what, and where it leaves what is to be looked at.
pub(super) struct Playwright {
    pub(super) suite: PathBuf,
    pub(super) output: PathBuf,
    pub(super) chromium: PathBuf,
}

impl Playwright {
    /// Node.js about to run it; both are installed first if need be.
    pub(super) async fn node(&self, report: &Report) -> Result<process::Command> {
        let (suite, voice) = (self.suite.clone(), report.clone());
        let install = move || {
            let say = |line: &str| voice.say(line);
            let packages = site::packages::installed(&suite, &say)?;
            let mut node = site::node::ready(&say)?.command("node");
            // The suite's folder has no packages of its own.
            node.arg(packages.join("@playwright/test/cli.js")).env("NODE_PATH", packages);
            anyhow::Ok(node)
        };
        tokio::task::spawn_blocking(install).await?
    }

    /// Plays the stories that its arguments select, and returns its exit code.
    pub(super) async fn play(
        &self,
        mut node: process::Command,
        args: &[String],
        addresses: &[(&str, String)],
    ) -> Result<u8> {
        node.arg("test").args(args).current_dir(&self.suite);
        node.envs(addresses.iter().map(|(name, value)| (name, value)));
        node.env("CHROMIUM", &self.chromium).env("END2END_OUTPUT", &self.output);
        let mut node = Command::from(node);
        let mut child = node.process_group(0).kill_on_drop(true).spawn().context("cannot run Node.js")?;
        let _group = Group::of(child.id());
        let status = child.wait().await?;
        Ok(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
    }
}
