//! The workspace: its files, its packages, and the programs that have an image.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;
use xtask::env::{cargo, workspace_root};

use super::objects::{kind, list, ours, text};
use super::rendered::Set;

/// A file of the workspace.
pub fn read(file: &str) -> String {
    std::fs::read_to_string(workspace_root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

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
    static PACKAGES: LazyLock<Vec<Package>> = LazyLock::new(read_packages);
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

fn read_packages() -> Vec<Package> {
    let mut metadata = Command::new(cargo());
    metadata.args(["metadata", "--no-deps", "--offline", "--format-version", "1"]).current_dir(workspace_root());
    let metadata: Value = serde_json::from_slice(&metadata.output().unwrap().stdout).unwrap();
    let root = format!("{}/", workspace_root().display());
    let package = |package: &Value| {
        let programs = list(package, "/targets").iter().filter(|target| list(target, "/kind").contains(&"bin".into()));
        // A dependency of tests alone has a kind.
        let needs = list(package, "/dependencies").iter().filter(|it| it["path"].is_string() && it["kind"] != "dev");
        let folder = text(package, "/manifest_path").strip_suffix("/Cargo.toml").unwrap();
        Package {
            name: text(package, "/name").to_owned(),
            folder: folder.strip_prefix(&root).unwrap().to_owned(),
            programs: programs.map(|target| text(target, "/name").to_owned()).collect(),
            rust_version: text(package, "/rust_version").to_owned(),
            needs: needs.map(|it| text(it, "/name").to_owned()).collect(),
        }
    };
    list(&metadata, "/packages").iter().map(package).collect()
}

/// The programs that production runs, each of which has an image, with their folders.
pub fn images() -> &'static BTreeMap<&'static str, &'static str> {
    static IMAGES: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| {
        let folder = |program| &package(program).unwrap_or_else(|| panic!("there is no package {program}")).folder;
        ours(Set::Prod.objects()).map(|(_, _, program)| (program, folder(program).as_str())).collect()
    });
    &IMAGES
}

/// The program with the operators' commands, which only jobs run.
pub fn operators() -> &'static str {
    let mut jobs = ours(Set::Prod.objects()).filter(|(object, _, _)| kind(object) == "CronJob");
    jobs.next().unwrap().2
}

#[test]
fn the_workspace_and_its_images_are_read() {
    assert_eq!(package("common").unwrap().folder, "crates/common");
    assert!(folders_of("auth").contains("crates/common"));
    assert_eq!(images().len(), 7);
    assert!(images().iter().all(|(program, _)| package(program).unwrap().programs.contains(&(*program).to_owned())));
}
