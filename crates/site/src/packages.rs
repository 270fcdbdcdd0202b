//! Packages from npm, installed into the user's cache directory.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::fingerprint::fingerprint;
use crate::{Say, env, node, run};

const MANIFESTS: [&str; 2] = ["package.json", "package-lock.json"];

/// Installs the packages of the folder's package-lock.json, once per content of it, and
/// returns their folder. Their install scripts are not run.
pub fn installed(folder: &Path, say: Say) -> Result<PathBuf> {
    let mut content = String::new();
    for name in MANIFESTS {
        let path = folder.join(name);
        content += &fs::read_to_string(&path)
            .with_context(|| format!("packages of npm are needed, but there is no {}", path.display()))?;
    }
    let shelf = env::cache_dir()?.join("packages");
    let place = shelf.join(fingerprint(content.as_bytes()));
    let packages = place.join("node_modules");
    if packages.is_dir() {
        return Ok(packages);
    }
    let node = node::ready(say)?;
    say(&format!("installing the packages of {} from npm (once) …", folder.display()));
    fs::create_dir_all(&shelf).with_context(|| format!("cannot create {}", shelf.display()))?;
    let draft = tempfile::tempdir_in(&shelf)?;
    for name in MANIFESTS {
        fs::copy(folder.join(name), draft.path().join(name))?;
    }
    let mut npm = node.command("npm");
    npm.current_dir(draft.path()).args(["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"]);
    run::quietly(&mut npm).context("npm cannot install them")?;
    fs::rename(draft.keep(), &place)?;
    Ok(packages)
}
