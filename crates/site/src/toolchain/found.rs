//! What this machine has.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{Toolchain, debian};
use crate::{env, run};

/// What speaks for or against each way to a toolchain.
#[allow(clippy::struct_excessive_bools)]
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    /// The default toolchain has the target.
    pub(super) default: bool,
    /// A linked toolchain `web` has it.
    pub(super) linked: bool,
    /// The distribution's compiler is there, and the target was built for it.
    pub(super) debian: bool,
    /// rustup is there.
    pub(super) rustup: bool,
    /// apt-get is there.
    pub(super) apt: bool,
    /// We may install with it.
    pub(super) root: bool,
    /// rustup's servers are not to be used.
    pub(super) only_debian: bool,
}

impl Found {
    /// Asks no more than is needed: each question is a program to run.
    pub(super) fn look() -> Self {
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

/// Whether its compiler has a standard library for the target; one that we have
/// built ourselves must fit the compiler, which apt may have replaced since.
fn usable(toolchain: Toolchain) -> bool {
    let Some(libraries) = toolchain.target_libraries() else { return false };
    has_core(&libraries) && (!debian::owns(&libraries) || debian::is_current(&libraries))
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
