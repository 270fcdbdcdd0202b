//! Compiling the client for the browser.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::toolchain::{TARGET, Toolchain};
use crate::{NAME, Profile, run};

/// Compiles the client and returns the WebAssembly file. It has a target directory of its own,
/// as the compiler may differ from the server half's, and to avoid waiting for its lock.
pub(crate) fn wasm(toolchain: Toolchain, profile: Profile) -> Result<PathBuf> {
    let target = target_directory(toolchain)?.join("site");
    let mut build = toolchain.cargo();
    build.args(["build", "--package", NAME, "--lib", "--no-default-features", "--features", "hydrate"]);
    build.args(["--target", TARGET, "--profile", profile.name()]).arg("--target-dir").arg(&target);
    run::loudly(&mut build).context("the storefront's browser half does not compile")?;

    let wasm = target.join(TARGET).join(profile.name()).join(NAME).with_extension("wasm");
    ensure!(wasm.is_file(), "cargo has not made {}: is {NAME} a cdylib?", wasm.display());
    Ok(wasm)
}

impl Profile {
    /// Cargo's name for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Dev => "wasm-dev",
            Self::Release => "wasm",
        }
    }
}

/// Asks cargo, which knows `CARGO_TARGET_DIR` and every config file.
fn target_directory(toolchain: Toolchain) -> Result<PathBuf> {
    #[derive(Deserialize)]
    struct Metadata {
        target_directory: PathBuf,
    }
    let output = run::quietly(toolchain.cargo().args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: Metadata = serde_json::from_str(&output).context("cargo metadata is not as expected")?;
    Ok(metadata.target_directory)
}
