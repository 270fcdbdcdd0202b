//! Finds a cargo that compiles to WebAssembly, or installs one.

mod debian;
mod found;

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use self::found::Found;
use crate::{Say, env, run};

/// The compilation target.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// A toolchain that may have the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Toolchain {
    /// The running cargo's, or the PATH's.
    Default,
    /// rustup's toolchain of the name `web`.
    Linked,
    /// The distribution's, in /usr/bin.
    Debian,
}

/// A way to get a toolchain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Take(Toolchain),
    AddTarget,
    InstallDebian,
}

/// Finds a toolchain with the target, or installs it.
pub(crate) fn ready(say: Say) -> Result<Toolchain> {
    let found = Found::detect();
    let ways = ways(found);
    if ways.is_empty() {
        bail!("no compiler here for {TARGET}. {}", advice(found));
    }
    let mut failures = Vec::new();
    for way in ways {
        match way.take(say) {
            Ok(toolchain) => return Ok(toolchain),
            Err(error) => failures.push(format!("{error:#}")),
        }
    }
    bail!("no compiler for {TARGET} could be installed:\n  {}\n{}", failures.join("\n  "), advice(found))
}

/// The possible ways, in order of preference.
fn ways(found: Found) -> Vec<Way> {
    let present =
        [(found.default, Toolchain::Default), (found.linked, Toolchain::Linked), (found.debian, Toolchain::Debian)];
    if let Some((_, toolchain)) = present.into_iter().find(|(present, _)| *present) {
        return vec![Way::Take(toolchain)];
    }
    let installable =
        [(found.rustup && !found.only_debian, Way::AddTarget), (found.apt && found.root, Way::InstallDebian)];
    installable.into_iter().filter(|(possible, _)| *possible).map(|(_, way)| way).collect()
}

/// Instructions for the user.
fn advice(found: Found) -> String {
    let mut advice = Vec::new();
    if found.only_debian {
        advice.push("XTASK_WASM=debian rules out rustup's download: unset it to allow that.".to_owned());
    }
    if found.rustup {
        advice.push(format!("With a network, `rustup target add {TARGET}` is all it takes."));
    } else {
        advice.push(format!("rustup is not on the PATH; from https://rustup.rs it brings the target {TARGET}."));
    }
    if found.apt && !found.root {
        advice.push("Or run this once as root: it then installs the distribution's compiler with apt-get.".to_owned());
    }
    advice.join(" ")
}

impl Way {
    fn take(self, say: Say) -> Result<Toolchain> {
        match self {
            Self::Take(toolchain) => Ok(toolchain),
            Self::AddTarget => {
                say(&format!("adding the target {TARGET} to the Rust toolchain …"));
                run::quietly(Command::new("rustup").args(["target", "add", TARGET])).map(|_| Toolchain::Default)
            }
            Self::InstallDebian => {
                debian::install().context("the distribution's compiler")?;
                Ok(Toolchain::Debian)
            }
        }
    }
}

impl Toolchain {
    /// Its cargo, in the workspace's folder.
    pub(crate) fn cargo(self) -> Command {
        let mut cargo = match self {
            Self::Default => Command::new(env::cargo()),
            Self::Linked => {
                let mut rustup = Command::new("rustup");
                rustup.args(["run", "web", "cargo"]);
                rustup
            }
            Self::Debian => debian::cargo(),
        };
        cargo.current_dir(env::workspace_root());
        for name in env::of_cargo_run() {
            cargo.env_remove(name);
        }
        cargo
    }

    /// The folder of the target's standard library.
    fn target_libraries(self) -> Option<PathBuf> {
        let mut rustc = match self {
            Self::Default => Command::new("rustc"),
            Self::Linked => {
                let mut rustup = Command::new("rustup");
                rustup.args(["run", "web", "rustc"]);
                rustup
            }
            Self::Debian => Command::new(debian::RUSTC),
        };
        rustc.current_dir(env::workspace_root());
        run::answer(rustc.args(["--print", "target-libdir", "--target", TARGET])).map(PathBuf::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BARE: Found =
        Found { default: false, linked: false, debian: false, rustup: true, apt: true, root: true, only_debian: false };

    #[test]
    fn an_existing_toolchain_is_used_and_nothing_is_installed() {
        let everything = Found { default: true, linked: true, debian: true, ..BARE };
        assert_eq!(ways(everything), [Way::Take(Toolchain::Default)]);
        assert_eq!(ways(Found { default: false, ..everything }), [Way::Take(Toolchain::Linked)]);
        assert_eq!(ways(Found { debian: true, ..BARE }), [Way::Take(Toolchain::Debian)]);
    }

    #[test]
    fn rustup_comes_before_the_distribution() {
        assert_eq!(ways(BARE), [Way::AddTarget, Way::InstallDebian]);
    }

    #[test]
    fn only_debian_excludes_rustup_but_uses_an_existing_target() {
        let only_debian = Found { only_debian: true, ..BARE };
        assert_eq!(ways(only_debian), [Way::InstallDebian]);
        assert_eq!(ways(Found { default: true, ..only_debian }), [Way::Take(Toolchain::Default)]);
    }

    #[test]
    fn nothing_is_installed_with_apt_without_root() {
        let user = Found { root: false, ..BARE };
        assert_eq!(ways(user), [Way::AddTarget]);
        assert_eq!(ways(Found { rustup: false, ..user }), []);
    }

    #[test]
    fn the_advice_names_the_obstacle() {
        assert!(advice(Found { rustup: false, ..BARE }).contains("rustup is not on the PATH"));
        assert!(advice(Found { only_debian: true, ..BARE }).contains("XTASK_WASM"));
        assert!(advice(Found { root: false, ..BARE }).contains("as root"));
        assert!(!advice(BARE).contains("as root"));
    }
}
