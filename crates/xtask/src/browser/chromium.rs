//! Chromium: that of the environment, of the PATH, or of the distribution.

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use tokio::process::Command;

use crate::env;
use crate::report::Report;

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

const MISSING: &str = "the stories need Chromium: install it (Debian, Ubuntu: `apt install chromium`), or put its path \
                       into the environment as CHROMIUM; `cargo xtask test --no-browser` does without";

/// Finds it, and installs it first where that needs no question: as root, with apt.
pub(super) async fn ready(report: &Report) -> Result<PathBuf> {
    if let Some(chromium) = env::get("CHROMIUM") {
        return Ok(chromium.into());
    }
    if let Some(chromium) = on_the_path() {
        return Ok(chromium);
    }
    let root = rustix::process::geteuid().is_root();
    let Some(apt) = env::find_program("apt-get").filter(|_| root) else { bail!(MISSING) };
    report.say("installing Chromium with apt-get …");
    for args in [&["update"][..], &["install", "-y", "--no-install-recommends", "chromium"]] {
        let mut apt = Command::new(&apt);
        apt.args(args).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null()).kill_on_drop(true);
        let output = apt.output().await?;
        if !output.status.success() {
            bail!("apt-get {} failed:\n{}\n{MISSING}", args[0], String::from_utf8_lossy(&output.stderr));
        }
    }
    on_the_path().context(MISSING)
}

fn on_the_path() -> Option<PathBuf> {
    NAMES.iter().find_map(|name| env::find_program(name))
}
