//! Debian's own Rust compiler for WebAssembly, installed by `infra/local/wasm-target.sh`.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::{env, run};

pub(super) const RUSTC: &str = "/usr/bin/rustc";

/// The distribution's cargo with the distribution's compiler.
pub(super) fn cargo() -> Command {
    let mut cargo = Command::new("/usr/bin/cargo");
    cargo.env("RUSTC", RUSTC).env("PATH", env::path_starting_with(Path::new("/usr/bin")));
    cargo
}

/// Whether the script maintains the libraries in this folder.
pub(super) fn owns(libraries: &Path) -> bool {
    libraries.starts_with("/usr/lib")
}

/// Whether the libraries match the compiler, and its linker exists.
pub(super) fn is_current() -> bool {
    run::answer(script().arg("check")).is_some()
}

/// Installs the compiler and builds the target's libraries.
pub(super) fn install() -> Result<()> {
    run::loudly(&mut script())
}

fn script() -> Command {
    let mut sh = Command::new("sh");
    sh.arg(env::workspace_root().join("infra/local/wasm-target.sh"));
    sh
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// Stand-ins for apt-get, rustc and cargo; rustc is of the given version.
    fn machine(root: &Path, version: &str) {
        let sysroot = root.join("usr").display().to_string();
        let log = root.join("apt.log").display().to_string();
        let rustc = format!(
            "case $1 in -vV) printf 'rustc {version}\\nhost: x86_64-linux\\nLLVM version: 22.1.8\\n';; *) echo {sysroot};; esac"
        );
        let cargo =
            "cd target/wasm32-unknown-unknown/release/deps && touch libcore-1.rlib libcore-1.rmeta libprobe-1.rlib";
        let cargo = format!("mkdir -p target/wasm32-unknown-unknown/release/deps && {cargo}");
        let apt_get = format!("echo \"$*\" >>{log}");
        let programs = [
            ("rustc", rustc),
            ("cargo", cargo),
            ("apt-get", apt_get),
            ("rustup", "exit 1".to_owned()),
            ("lld-22", String::new()),
        ];
        for (name, text) in programs {
            let path = root.join(name);
            fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
            fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
        }
    }

    fn run_script(root: &Path, arguments: &[&str]) -> bool {
        let output =
            script().args(arguments).env("WASM_TARGET_BIN", root).env("XDG_CACHE_HOME", root).output().unwrap();
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        output.status.success()
    }

    #[test]
    fn the_script_installs_the_target_once_per_compiler_version() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let apt_calls = || fs::read_to_string(root.join("apt.log")).unwrap_or_default().lines().count();
        machine(root, "1.96.0");
        assert!(!run_script(root, &["check"]), "nothing is installed yet");
        assert_eq!(apt_calls(), 0);

        assert!(run_script(root, &[]));
        assert!(run_script(root, &["check"]));
        assert!(fs::read_to_string(root.join("apt.log")).unwrap().ends_with("lld-22\n"), "the linker matches LLVM");
        let rustlib = root.join("usr/lib/rustlib");
        let linker = rustlib.join("x86_64-linux/bin/rust-lld");
        assert_eq!(fs::read_link(linker).unwrap(), root.join("lld-22"));
        let libraries = fs::read_dir(rustlib.join("wasm32-unknown-unknown/lib")).unwrap();
        let mut libraries: Vec<_> = libraries.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        libraries.sort();
        assert_eq!(libraries, ["libcore-1.rlib", "ticketing-stamp"], "only the standard library is copied");

        let calls = apt_calls();
        assert!(run_script(root, &[]));
        assert_eq!(apt_calls(), calls, "a second run changes nothing");
        machine(root, "1.97.0");
        assert!(!run_script(root, &["check"]), "the compiler was replaced");
    }

    #[test]
    fn the_script_does_not_maintain_rustups_libraries() {
        assert!(owns(Path::new("/usr/lib/rustlib/wasm32-unknown-unknown/lib")));
        assert!(!owns(Path::new("/root/.rustup/toolchains/stable/lib/rustlib/wasm32-unknown-unknown/lib")));
    }
}
