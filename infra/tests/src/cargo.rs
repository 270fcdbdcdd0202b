//! The workspace, as cargo knows it.

use std::collections::BTreeSet;
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;
use xtask::env::{cargo, workspace_root};

use crate::objects::{list, text};

/// A package of the workspace.
pub struct Package {
    pub name: String,
    /// Its folder: `crates/common`.
    pub folder: String,
    pub programs: Vec<String>,
    pub rust_version: String,
    /// The packages of the workspace that it is built with.
    pub needs: Vec<String>,
}

/// All packages of the workspace.
pub fn packages() -> &'static [Package] {
    static PACKAGES: LazyLock<Vec<Package>> = LazyLock::new(read);
    &PACKAGES
}

pub fn package(name: &str) -> Option<&'static Package> {
    packages().iter().find(|package| package.name == name)
}

/// A package's folder and those of all that it is built with.
pub fn folders_of(name: &str) -> BTreeSet<&'static str> {
    let mut folders = BTreeSet::new();
    let mut wanted = vec![name.to_owned()];
    while let Some(package) = wanted.pop().and_then(|name| package(&name)) {
        if folders.insert(package.folder.as_str()) {
            wanted.extend(package.needs.iter().cloned());
        }
    }
    folders
}

fn read() -> Vec<Package> {
    let mut metadata = Command::new(cargo());
    metadata.args(["metadata", "--no-deps", "--offline", "--format-version", "1"]).current_dir(workspace_root());
    let output = metadata.output().unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let root = workspace_root();
    let package = |package: &Value| {
        let programs = list(package, "/targets").iter().filter(|target| list(target, "/kind").contains(&"bin".into()));
        // Those for tests have a kind, and aren't needed to build it.
        let needs = list(package, "/dependencies").iter().filter(|it| it["path"].is_string() && it["kind"] != "dev");
        let manifest = text(package, "/manifest_path").strip_suffix("/Cargo.toml").unwrap();
        Package {
            name: text(package, "/name").to_owned(),
            folder: manifest.trim_start_matches(root.to_str().unwrap()).trim_start_matches('/').to_owned(),
            programs: programs.map(|target| text(target, "/name").to_owned()).collect(),
            rust_version: text(package, "/rust_version").to_owned(),
            needs: needs.map(|it| text(it, "/name").to_owned()).collect(),
        }
    };
    list(&metadata, "/packages").iter().map(package).collect()
}

#[test]
fn the_workspace_is_read() {
    assert_eq!(package("common").unwrap().folder, "crates/common");
    assert!(folders_of("auth").contains("crates/common"));
}
