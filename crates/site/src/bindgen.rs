//! wasm-bindgen, which makes rustc's output loadable in a browser. It is used as a library, so
//! that Cargo.toml pins its version beside the macro's, which must be the same.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::tree::{self, Tree};
use crate::{NAME, Profile};

/// The output of wasm-bindgen.
pub(crate) struct Bound {
    /// The script that loads the WebAssembly.
    pub(crate) js: String,
    /// The WebAssembly itself.
    pub(crate) wasm: Vec<u8>,
    /// Scripts of dependencies, by their path below `snippets/`.
    pub(crate) snippets: Tree,
}

/// Runs wasm-bindgen on cargo's output.
pub(crate) fn run(wasm: &Path, profile: Profile) -> Result<Bound> {
    let folder = tempfile::tempdir()?;
    let small = profile == Profile::Release;
    Bindgen::new()
        .input_path(wasm)
        .out_name(NAME)
        .web(true)?
        .typescript(false)
        .remove_name_section(small)
        .remove_producers_section(small)
        .generate(folder.path())
        .with_context(|| format!("wasm-bindgen cannot process {}", wasm.display()))?;
    read(folder.path())
}

fn read(folder: &Path) -> Result<Bound> {
    ensure!(
        !folder.join("package.json").exists(),
        "a dependency of {NAME} imports a package from npm, which the site does not bundle"
    );
    Ok(Bound {
        js: fs::read_to_string(folder.join(format!("{NAME}.js")))?,
        wasm: fs::read(folder.join(format!("{NAME}_bg.wasm")))?,
        snippets: tree::read(&folder.join("snippets"))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_of_dependencies_keep_their_paths() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("client.js"), "js").unwrap();
        fs::write(folder.path().join("client_bg.wasm"), "wasm").unwrap();
        fs::create_dir_all(folder.path().join("snippets/lib-1/src")).unwrap();
        fs::write(folder.path().join("snippets/lib-1/src/a.js"), "a").unwrap();
        let bound = read(folder.path()).unwrap();
        assert_eq!(bound.snippets, Tree::from([("lib-1/src/a.js".to_owned(), b"a".to_vec())]));
        assert_eq!((bound.js.as_str(), bound.wasm.as_slice()), ("js", b"wasm".as_slice()));
    }

    #[test]
    fn a_package_from_npm_is_rejected() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["client.js", "client_bg.wasm", "package.json"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        assert!(read(folder.path()).err().unwrap().to_string().contains("npm"));
    }
}
