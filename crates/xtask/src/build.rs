//! Building the programs, and finding them.

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
pub use site::Profile;
use tokio::process::Command;

use crate::env;
use crate::report::Report;

/// The folder that holds the built programs.
#[derive(Clone, Debug)]
pub struct Programs {
    folder: PathBuf,
}

impl Programs {
    /// Those built together with the test or program that asks.
    pub fn beside_this_one() -> Result<Self> {
        let this = std::env::current_exe()?;
        let folder = this.parent().context("a program needs a folder")?;
        // Tests are one folder deeper than programs.
        let folder = if folder.ends_with("deps") { folder.parent().unwrap_or(folder) } else { folder };
        Ok(Self { folder: folder.to_owned() })
    }

    /// The file of one program.
    pub fn path(&self, name: &str) -> Result<PathBuf> {
        let path = self.folder.join(name);
        ensure!(path.is_file(), "{} is not built: run `cargo build --workspace --bins` first", path.display());
        Ok(path)
    }
}

/// Builds all programs of the workspace, with cargo's progress on the terminal.
pub async fn programs(profile: Profile, report: &Report) -> Result<Programs> {
    report.say("building the programs …");
    let mut build = cargo();
    build.args(["build", "--workspace", "--bins"]);
    if profile == Profile::Release {
        build.arg("--release");
    }
    let status = build.status().await.context("cannot run cargo")?;
    if !status.success() {
        bail!("the build failed");
    }
    let folder = match profile {
        Profile::Dev => "debug",
        Profile::Release => "release",
    };
    Ok(Programs { folder: target_directory().await?.join(folder) })
}

/// Builds the browser's half of the storefront, and returns its folder.
pub async fn site(profile: Profile, report: &Report) -> Result<PathBuf> {
    let name = if profile == Profile::Dev { "storefront-dev" } else { "storefront" };
    let options = site::Options { profile, out: target_directory().await?.join(name) };
    report.say("building the storefront …");
    let progress = report.clone();
    let site = tokio::task::spawn_blocking(move || site::build(&options, &|line| progress.say(line))).await??;
    if site.rebuilt {
        report.say(&site);
    }
    Ok(site.root)
}

/// A cargo command in the workspace's folder.
#[must_use]
pub fn cargo() -> Command {
    let mut cargo = Command::new(env::cargo());
    cargo.current_dir(env::workspace_root()).stdin(Stdio::null()).kill_on_drop(true);
    for name in env::of_cargo_run() {
        cargo.env_remove(name);
    }
    cargo
}

/// Asks cargo, which knows `CARGO_TARGET_DIR` and every config file.
pub async fn target_directory() -> Result<PathBuf> {
    #[derive(Deserialize)]
    struct Metadata {
        target_directory: PathBuf,
    }
    let output = cargo().args(["metadata", "--no-deps", "--format-version", "1"]).output().await?;
    let metadata: Metadata = serde_json::from_slice(&output.stdout).context("cargo metadata is not as expected")?;
    Ok(metadata.target_directory)
}
