//! Playwright, which plays the stories.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use site::node::Node;
use tempfile::tempdir;
use tokio::process::Command;

use crate::process::foreground;
use crate::report::Report;

/// Its suite, the folder of its screenshots and traces, and its browser.
pub(super) struct Playwright {
    pub(super) suite: PathBuf,
    pub(super) output: PathBuf,
    pub(super) chromium: PathBuf,
}

/// Node.js, and the packages that the suite needs. Its own folder has none.
#[derive(Clone, Debug)]
pub(super) struct Tools {
    node: Node,
    packages: PathBuf,
}

impl Tools {
    /// A script of a package, about to run.
    fn command(&self, script: &str) -> Command {
        let mut node = self.node.command("node");
        node.arg(self.packages.join(script)).env("NODE_PATH", &self.packages);
        node.into()
    }
}

impl Playwright {
    /// What it runs with, installed first if need be.
    pub(super) async fn tools(&self, report: &Report) -> Result<Tools> {
        let (suite, report) = (self.suite.clone(), report.clone());
        let install = move || {
            let say = |line: &str| report.say(line);
            anyhow::Ok(Tools { packages: site::packages::installed(&suite, &say)?, node: site::node::ready(&say)? })
        };
        tokio::task::spawn_blocking(install).await?
    }

    /// Fails if a story's types are wrong: Playwright plays it all the same.
    pub(super) async fn check_types(&self, tools: &Tools) -> Result<()> {
        let folder = tempdir()?;
        let project = folder.path().join("tsconfig.json");
        let types = tools.packages.join("@types");
        let config = json!({
            "extends": self.suite.join("tsconfig.json"),
            "compilerOptions": { "paths": { "*": [tools.packages.join("*"), types.join("*")] }, "typeRoots": [types] },
            "include": [self.suite.join("**/*.ts")],
        });
        fs::write(&project, serde_json::to_vec(&config)?)?;
        let mut compiler = tools.command("typescript/bin/tsc");
        compiler.arg("--project").arg(project).current_dir(&self.suite).kill_on_drop(true);
        let status = compiler.status().await.context("cannot run Node.js")?;
        ensure!(status.success(), "the stories' types are wrong");
        Ok(())
    }

    /// Plays the stories that its arguments select, and returns its exit code.
    pub(super) async fn play(&self, tools: &Tools, args: &[String], addresses: &[(&str, String)]) -> Result<u8> {
        let mut node = tools.command("@playwright/test/cli.js");
        node.arg("test").args(args).current_dir(&self.suite);
        node.envs(addresses.iter().map(|(name, value)| (name, value)));
        node.env("CHROMIUM", &self.chromium).env("END2END_OUTPUT", &self.output);
        foreground(node.kill_on_drop(true)).await
    }
}
