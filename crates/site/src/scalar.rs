//! Scalar, which shows the services' `OpenAPI` descriptions at `/docs`: one script,
//! which browsers get from us.

use anyhow::{Context, Result};

use crate::fingerprint::{Package, fingerprint};

/// The script, from its makers' package.
pub(crate) fn script() -> Result<Vec<u8>> {
    scalar_api_reference::get_asset("scalar.js").context("the package of Scalar has no scalar.js")
}

/// Adds the script to the package. Its name is in `hash.txt`, beside those that
/// Leptos reads.
pub(crate) fn add(package: &mut Package, script: Vec<u8>) {
    let hash = fingerprint(&script);
    package.files.insert(format!("scalar.{hash}.js"), script);
    package.hashes.extend(["scalar: ", &hash, "\n"]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Tree;

    #[test]
    fn the_script_is_found_by_its_line_in_hash_txt() {
        let mut package = Package { files: Tree::new(), hashes: "js: 1\n".to_owned() };
        add(&mut package, script().unwrap());
        let hash = package.hashes.strip_prefix("js: 1\nscalar: ").unwrap().trim();
        assert!(package.files[&format!("scalar.{hash}.js")].len() > 1_000_000);
    }
}
