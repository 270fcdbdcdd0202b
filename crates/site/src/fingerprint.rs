//! File names with a hash of the content, so that browsers cache files for ever and still
//! load new ones.

use anyhow::{Result, ensure};
use sha2::{Digest, Sha256};

use crate::NAME;
use crate::bindgen::Bound;
use crate::tree::Tree;

/// The folder `pkg/` and the file in which Leptos finds its names.
pub(crate) struct Package {
    /// Content by path.
    pub(crate) files: Tree,
    /// `hash.txt`.
    pub(crate) hashes: String,
}

/// Names each file after its content. The script comes last, as it contains the other names.
pub(crate) fn package(bound: Bound, css: String) -> Result<Package> {
    let Bound { js, wasm, snippets } = bound;
    let snippets_folder = format!("snippets.{}", fingerprint_of_all(&snippets));
    let wasm_hash = fingerprint(&wasm);
    let js = js
        .replace("'./snippets/", &format!("'./{snippets_folder}/"))
        .replace("\"./snippets/", &format!("\"./{snippets_folder}/"))
        .replace(&format!("{NAME}_bg.wasm"), &format!("{NAME}.{wasm_hash}.wasm"));
    ensure!(!js.contains("./snippets/"), "wasm-bindgen's script names its snippets in a way that can't be renamed");
    let js_hash = fingerprint(js.as_bytes());
    let css_hash = fingerprint(css.as_bytes());

    let mut files = Tree::new();
    for (path, content) in snippets {
        ensure!(
            !String::from_utf8_lossy(&content).contains(&format!("{NAME}.js")),
            "the dependency's script {path} imports {NAME}.js, whose name changes with every build"
        );
        files.insert(format!("{snippets_folder}/{path}"), content);
    }
    files.insert(format!("{NAME}.{js_hash}.js"), js.into_bytes());
    files.insert(format!("{NAME}.{wasm_hash}.wasm"), wasm);
    files.insert(format!("{NAME}.{css_hash}.css"), css.into_bytes());
    Ok(Package { files, hashes: format!("js: {js_hash}\nwasm: {wasm_hash}\ncss: {css_hash}\n") })
}

/// The first 16 hexadecimal digits of SHA-256.
pub(crate) fn fingerprint(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    hex::encode(&digest[..8])
}

/// One fingerprint for several named files.
pub(crate) fn fingerprint_of_all(files: &Tree) -> String {
    let each = files.iter().map(|(path, content)| format!("{path}\n{}\n", fingerprint(content)));
    fingerprint(each.collect::<String>().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(js: &str, snippets: &[(&str, &str)]) -> Bound {
        let snippets = snippets.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
        Bound { js: js.to_owned(), wasm: b"wasm".to_vec(), snippets: snippets.collect() }
    }

    fn hash(package: &Package, kind: &str) -> String {
        let line = package.hashes.lines().find_map(|line| line.strip_prefix(&format!("{kind}:")));
        line.unwrap().trim().to_owned()
    }

    #[test]
    fn leptos_finds_every_file_by_its_line_in_hash_txt() {
        let package = package(bound("js", &[]), "css".to_owned()).unwrap();
        for (kind, content) in [("js", "js"), ("wasm", "wasm"), ("css", "css")] {
            let name = format!("client.{}.{kind}", hash(&package, kind));
            assert_eq!(package.files[&name], content.as_bytes(), "{name}");
        }
        assert_eq!(package.files.len(), 3);
    }

    #[test]
    fn names_follow_the_content_and_nothing_else() {
        let one = package(bound("js", &[]), "css".to_owned()).unwrap();
        let same = package(bound("js", &[]), "css".to_owned()).unwrap();
        let other = package(bound("js", &[]), "other css".to_owned()).unwrap();
        assert_eq!(one.hashes, same.hashes);
        assert_eq!(hash(&one, "js"), hash(&other, "js"));
        assert_ne!(hash(&one, "css"), hash(&other, "css"));
    }

    #[test]
    fn the_script_loads_the_wasm_by_its_new_name() {
        let package = package(bound("new URL('client_bg.wasm', import.meta.url)", &[]), String::new()).unwrap();
        let js = &package.files[&format!("client.{}.js", hash(&package, "js"))];
        let wanted = format!("new URL('client.{}.wasm', import.meta.url)", hash(&package, "wasm"));
        assert_eq!(String::from_utf8_lossy(js), wanted);
    }

    #[test]
    fn a_changed_snippet_moves_and_changes_the_scripts_name() {
        let js = "import { a } from './snippets/lib-1/inline0.js';";
        let one = package(bound(js, &[("lib-1/inline0.js", "1")]), String::new()).unwrap();
        let two = package(bound(js, &[("lib-1/inline0.js", "2")]), String::new()).unwrap();
        assert_ne!(hash(&one, "js"), hash(&two, "js"));
        let snippet = one.files.keys().find(|path| path.ends_with("/lib-1/inline0.js")).unwrap();
        assert!(!two.files.contains_key(snippet));
        let js = &one.files[&format!("client.{}.js", hash(&one, "js"))];
        assert!(String::from_utf8_lossy(js).contains(&format!("'./{snippet}'")));
    }

    #[test]
    fn a_snippet_that_imports_the_script_is_refused() {
        let snippets = [("lib-1/worker.js", "import init from '../../client.js'")];
        assert!(package(bound("", &snippets), String::new()).err().unwrap().to_string().contains("lib-1/worker.js"));
    }
}
