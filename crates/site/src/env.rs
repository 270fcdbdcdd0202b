//! The only access to the environment in this crate; xtask uses it as well.
#![allow(clippy::disallowed_methods)]

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The variable's value; an empty one counts as unset.
#[must_use]
pub fn get(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Whether `XTASK_WASM=debian` rules out downloads from rustup's servers.
pub(crate) fn only_debian() -> bool {
    get("XTASK_WASM").is_some_and(|value| value == "debian")
}

/// The cargo that runs this program, else the one on the PATH.
#[must_use]
pub fn cargo() -> String {
    get("CARGO").unwrap_or_else(|| "cargo".to_owned())
}

/// The variables that `cargo run` sets. Build scripts that read them would run again, and
/// rebuild much.
pub fn of_cargo_run() -> impl Iterator<Item = OsString> {
    let names = std::env::vars_os().map(|(name, _)| name);
    names.filter(|name| {
        let name = name.to_string_lossy();
        ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|start| name.starts_with(start))
    })
}

/// The folder of installed tools, kept between runs.
pub fn cache_dir() -> Result<PathBuf> {
    let home = || get("HOME").map(|home| Path::new(&home).join(".cache"));
    let base = get("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute()).or_else(home);
    Ok(base.context("neither XDG_CACHE_HOME nor HOME is set: no cache directory to install into")?.join("ticketing"))
}

/// The folder with Cargo.toml, client/, infra/ and .data/.
#[must_use]
pub fn workspace_root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// The PATH with one folder in front.
pub(crate) fn path_starting_with(folder: &Path) -> OsString {
    let rest = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&rest));
    std::env::join_paths(folders).unwrap_or(rest)
}
