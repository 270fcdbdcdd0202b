//! The sets of manifests, as `kubectl apply -k` would send them.

use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;
use xtask::env::workspace_root;

use crate::tools;

/// A set of manifests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Set {
    /// What the others have in common.
    Base,
    /// A cluster of one's own.
    Dev,
    /// The real shop.
    Prod,
    /// The real shop with every component that is there to be switched on.
    ProdWithAll,
}

pub const ALL: [Set; 4] = [Set::Base, Set::Dev, Set::Prod, Set::ProdWithAll];

/// Those that are applied to a cluster as they are.
pub const APPLIED: [Set; 3] = [Set::Dev, Set::Prod, Set::ProdWithAll];

impl Set {
    /// One YAML document per object.
    pub fn yaml(self) -> &'static str {
        static YAML: [LazyLock<String>; 4] = [
            LazyLock::new(|| in_place("infra/k8s")),
            LazyLock::new(|| in_place("infra/k8s-dev")),
            LazyLock::new(|| in_place("infra/k8s-prod")),
            LazyLock::new(with_all_components),
        ];
        &YAML[self as usize]
    }

    /// All objects.
    pub fn objects(self) -> Vec<Value> {
        documents(self.yaml())
    }
}

/// The documents of a YAML file.
pub fn documents(yaml: &str) -> Vec<Value> {
    serde_yaml_ng::Deserializer::from_str(yaml).map(|document| Value::deserialize(document).unwrap()).collect()
}

/// What kustomize makes of a folder, or what it says is wrong.
pub fn render(folder: &Path) -> Result<String, String> {
    let said = tools::run("kubectl", &["kustomize".as_ref(), folder.as_os_str()]);
    if said.content { Ok(said.stdout) } else { Err(said.all()) }
}

fn in_place(folder: &str) -> String {
    render(&workspace_root().join(folder)).unwrap_or_else(|error| panic!("{folder} does not render: {error}"))
}

/// The components that production can have are listed in its kustomization,
/// commented out. Here all of them are switched on, in a copy.
fn with_all_components() -> String {
    let copy = tempfile::tempdir().unwrap();
    let infra = workspace_root().join("infra");
    for folder in ["k8s", "k8s-prod"] {
        let copied = Command::new("cp").arg("-R").arg(infra.join(folder)).arg(copy.path()).status().unwrap();
        assert!(copied.success(), "cannot copy {folder}");
    }
    let file = copy.path().join("k8s-prod/kustomization.yaml");
    let switched_on = std::fs::read_to_string(&file).unwrap().replace("\n  # - ", "\n  - ");
    std::fs::write(&file, switched_on).unwrap();
    render(&copy.path().join("k8s-prod")).unwrap_or_else(|error| panic!("with all components: {error}"))
}
