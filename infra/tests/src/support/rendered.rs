//! The sets of manifests, as `kubectl apply -k` sends them.

use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;
use xtask::env::workspace_root;

use super::tools;

/// A set of manifests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Set {
    /// What the others have in common.
    Base,
    /// A developer's own cluster.
    Dev,
    /// Production.
    Prod,
    /// Production with every optional component.
    ProdWithAll,
}

pub const ALL: [Set; 4] = [Set::Base, Set::Dev, Set::Prod, Set::ProdWithAll];

/// The sets that are applied to a cluster as they are.
pub const APPLIED: [Set; 3] = [Set::Dev, Set::Prod, Set::ProdWithAll];

/// The sets of production.
pub const PRODUCTION: [Set; 2] = [Set::Prod, Set::ProdWithAll];

impl Set {
    /// The rendered set, one YAML document per object.
    pub fn yaml(self) -> &'static str {
        &SETS[self as usize].0
    }

    /// All objects.
    pub fn objects(self) -> &'static [Value] {
        &SETS[self as usize].1
    }
}

static SETS: LazyLock<[(String, Vec<Value>); 4]> = LazyLock::new(|| {
    let yaml = [in_place("infra/k8s"), in_place("infra/k8s-dev"), in_place("infra/k8s-prod"), with_all_components()];
    yaml.map(|yaml| {
        let objects = documents(&yaml);
        (yaml, objects)
    })
});

/// The documents of a YAML file.
pub fn documents(yaml: &str) -> Vec<Value> {
    serde_yaml_ng::Deserializer::from_str(yaml).map(|document| Value::deserialize(document).unwrap()).collect()
}

/// Objects as one YAML file.
pub fn yaml_of(objects: &[Value]) -> String {
    objects.iter().map(|object| serde_yaml_ng::to_string(object).unwrap()).collect::<Vec<_>>().join("---\n")
}

/// A rendered folder, or kustomize's error.
pub fn render(folder: &Path) -> Result<String, String> {
    let output = tools::run("kubectl", &["kustomize".as_ref(), folder.as_os_str()]);
    if output.success { Ok(output.stdout) } else { Err(output.all()) }
}

fn in_place(folder: &str) -> String {
    render(&workspace_root().join(folder)).unwrap_or_else(|error| panic!("{folder} does not render: {error}"))
}

/// The optional components are listed in production's kustomization, commented out.
/// A copy has all of them switched on.
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
