//! Debian's own Rust (the packages `rustc-web` and so on) as a compiler for the
//! browser. It comes without the target's standard library but with its source,
//! so that is built once, in about a minute.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::TARGET;
use crate::{Say, env, run};

pub(super) const RUSTC: &str = "/usr/bin/rustc";

/// Says for which compiler the libraries beside it were built. Written last.
const STAMP: &str = "ticketing-stamp";

/// The distribution's cargo with the distribution's compiler.
pub(super) fn cargo() -> Command {
    let mut cargo = Command::new("/usr/bin/cargo");
    cargo.env("RUSTC", RUSTC).env("PATH", env::path_starting_with(Path::new("/usr/bin")));
    cargo
}

/// Whether libraries in this folder are ours to build.
pub(super) fn owns(libraries: &Path) -> bool {
    libraries.starts_with("/usr/lib")
}

/// Whether the libraries fit the compiler, and its linker is there.
pub(super) fn is_current(libraries: &Path) -> bool {
    let stamp = fs::read_to_string(libraries.join(STAMP)).ok();
    stamp.is_some() && stamp == version() && linker().is_ok_and(|linker| linker.exists())
}

/// Installs the packages and builds the target's libraries.
pub(super) fn install(say: Say) -> Result<()> {
    say("installing Debian's Rust for the browser with apt-get (once, about 2 minutes) …");
    apt_get(&["update"])?;
    apt_get(&["install", "--no-install-recommends", "--yes", "rustc-web", "cargo-web", "rust-web-src"])?;
    let version = version().context("/usr/bin/rustc does not run though its package is installed")?;
    let lld = format!("lld-{}", llvm_major(&version).with_context(|| format!("no LLVM version in:\n{version}"))?);
    apt_get(&["install", "--no-install-recommends", "--yes", &lld])?;
    link_linker(&lld)?;

    say(&format!("building the standard library for {TARGET} (once, about a minute) …"));
    let libraries = build_libraries()?;
    put_in_place(&libraries, &version)?;
    make_known(say);
    Ok(())
}

/// `rustc -vV`, which names the version, the host and the LLVM.
fn version() -> Option<String> {
    run::answer(Command::new(RUSTC).arg("-vV"))
}

fn llvm_major(version: &str) -> Option<&str> {
    version.lines().find_map(|line| line.strip_prefix("LLVM version: "))?.split('.').next()
}

fn host(version: &str) -> Option<&str> {
    version.lines().find_map(|line| line.strip_prefix("host: "))
}

fn apt_get(arguments: &[&str]) -> Result<()> {
    let mut apt = Command::new("apt-get");
    apt.env("DEBIAN_FRONTEND", "noninteractive").args(["-o", "DPkg::Lock::Timeout=600"]).args(arguments);
    run::quietly(&mut apt).map(drop)
}

fn sysroot() -> Result<PathBuf> {
    let sysroot = run::quietly(Command::new(RUSTC).args(["--print", "sysroot"]))?;
    Ok(Path::new(sysroot.trim()).join("lib/rustlib"))
}

/// Where rustc looks for `rust-lld`, which the packages leave out.
fn linker() -> Result<PathBuf> {
    let version = version().context("no /usr/bin/rustc")?;
    let host = host(&version).context("rustc names no host")?;
    Ok(sysroot()?.join(host).join("bin/rust-lld"))
}

fn link_linker(lld: &str) -> Result<()> {
    let linker = linker()?;
    let folder = linker.parent().context("the linker needs a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    if linker.symlink_metadata().is_ok() {
        fs::remove_file(&linker)?;
    }
    symlink(Path::new("/usr/bin").join(lld), &linker).with_context(|| format!("cannot link {}", linker.display()))
}

/// Compiles an empty crate together with the standard library.
fn build_libraries() -> Result<tempfile::TempDir> {
    let probe = tempfile::tempdir_in(env::cache_dir()?)?;
    fs::create_dir(probe.path().join("src"))?;
    fs::write(probe.path().join("src/lib.rs"), "#![no_std]\n")?;
    fs::write(
        probe.path().join("Cargo.toml"),
        "[package]\nname = \"probe\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[workspace]\n",
    )?;
    let mut build = cargo();
    build
        .current_dir(probe.path())
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", "-Zforce-unstable-if-unmarked -Cembed-bitcode=yes -Cstrip=debuginfo")
        .args(["build", "--release", "--target-dir", "target", "--target", TARGET])
        .arg("-Zbuild-std=std,panic_abort,proc_macro");
    run::quietly(&mut build)?;
    Ok(probe)
}

/// A half copied folder is never seen: it is filled beside its place.
fn put_in_place(probe: &tempfile::TempDir, version: &str) -> Result<()> {
    let built = probe.path().join("target").join(TARGET).join("release/deps");
    let home = sysroot()?.join(TARGET);
    fs::create_dir_all(&home).with_context(|| format!("cannot create {}", home.display()))?;
    let fresh = home.join("lib.new");
    remove(&fresh)?;
    fs::create_dir(&fresh)?;
    let mut copied = 0;
    for file in fs::read_dir(&built)? {
        let file = file?;
        let name = file.file_name();
        if is_library(&name.to_string_lossy()) {
            fs::copy(file.path(), fresh.join(name))?;
            copied += 1;
        }
    }
    ensure!(copied > 0, "no libraries in {}", built.display());
    fs::write(fresh.join(STAMP), version)?;
    let place = home.join("lib");
    remove(&place)?;
    fs::rename(&fresh, &place)?;
    Ok(())
}

fn is_library(name: &str) -> bool {
    let stem = name.strip_suffix(".rlib").and_then(|name| name.strip_prefix("lib"));
    stem.is_some_and(|stem| !stem.starts_with("probe-"))
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Ok(())
}

/// So that people can say `cargo +web`; we don't need it.
fn make_known(say: Say) {
    if run::exists("rustup", "--version")
        && let Err(error) = run::quietly(Command::new("rustup").args(["toolchain", "link", "web", "/usr"]))
    {
        say(&format!("(no `cargo +web` for you: {error:#})"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERSION: &str = "rustc 1.96.0\nbinary: rustc\nhost: x86_64-unknown-linux-gnu\nLLVM version: 22.1.8";

    #[test]
    fn the_linker_is_of_the_compilers_llvm() {
        assert_eq!(llvm_major(VERSION), Some("22"));
        assert_eq!(llvm_major("rustc 1.96.0"), None);
        assert_eq!(host(VERSION), Some("x86_64-unknown-linux-gnu"));
    }

    #[test]
    fn only_the_standard_librarys_crates_are_copied() {
        assert!(is_library("libcore-e0ae01.rlib"));
        assert!(!is_library("libcore-e0ae01.rmeta"));
        assert!(!is_library("libprobe-e0ae01.rlib"));
        assert!(!is_library("core-e0ae01.d"));
    }

    #[test]
    fn libraries_without_a_stamp_are_not_current() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_current(folder.path()));
        fs::write(folder.path().join(STAMP), "rustc of another day").unwrap();
        assert!(!is_current(folder.path()));
    }

    #[test]
    fn rustups_libraries_are_not_ours() {
        assert!(owns(Path::new("/usr/lib/rustlib/wasm32-unknown-unknown/lib")));
        assert!(!owns(Path::new("/root/.rustup/toolchains/stable/lib/rustlib/wasm32-unknown-unknown/lib")));
    }
}
