//! The compilers on this machine.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{Toolchain, debian};
use crate::{env, run};

/// The toolchains and installers on this machine.
#[allow(clippy::struct_excessive_bools)]
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    /// Whether the default toolchain has the target.
    pub(super) default: bool,
    /// Whether a linked toolchain `web` has it.
    pub(super) linked: bool,
    /// Whether the distribution's compiler has it.
    pub(super) debian: bool,
    /// Whether rustup is installed.
    pub(super) rustup: bool,
    /// Whether apt-get is installed.
    pub(super) apt: bool,
    /// Whether this process is root.
    pub(super) root: bool,
    /// Whether rustup's servers must not be used.
    pub(super) only_debian: bool,
}

impl Found {
    /// Detects them, with as few programs run as possible.
    pub(super) fn detect() -> Self {
        let default = usable(Toolchain::Default);
        let rustup = default || run::exists("rustup", "--version");
        let linked = !default && rustup && usable(Toolchain::Linked);
        let debian = !default && !linked && usable(Toolchain::Debian);
        let missing = !(default || linked || debian);
        Self {
            default,
            linked,
            debian,
            rustup,
            apt: missing && run::exists("apt-get", "--version"),
            root: missing && run::answer(Command::new("id").arg("-u")).is_some_and(|id| id == "0"),
            only_debian: env::only_debian(),
        }
    }
}

/// Whether the compiler has a standard library for the target. One built by the script must
/// match the compiler, which apt may have replaced since.
fn usable(toolchain: Toolchain) -> bool {
    let Some(libraries) = toolchain.target_libraries() else { return false };
    has_core(&libraries) && (!debian::owns(&libraries) || debian::is_current())
}

fn has_core(libraries: &Path) -> bool {
    let mut files = fs::read_dir(libraries).into_iter().flatten().flatten();
    files.any(|file| {
        let name = file.file_name();
        name.to_string_lossy().strip_suffix(".rlib").is_some_and(|name| name.starts_with("libcore-"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_the_core_library_is_no_target() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!has_core(&folder.path().join("missing")));
        fs::write(folder.path().join("liballoc-1.rlib"), "").unwrap();
        fs::write(folder.path().join("libcore-1.rmeta"), "").unwrap();
        assert!(!has_core(folder.path()));
        fs::write(folder.path().join("libcore-1.rlib"), "").unwrap();
        assert!(has_core(folder.path()));
    }
}
