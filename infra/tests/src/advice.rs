//! What operators are told to type, where typing it would do harm or come to nothing.

use crate::checked::none;
use crate::dockerfile::IMAGES;
use crate::objects::{entries, find};
use crate::rendered::Set;
use xtask::env::workspace_root;

const TOLD: [&str; 3] = ["README.md", "docs/OPERATIONS.md", ".github/workflows/deploy.yml"];

/// Ways to production that pass roll-out.sh by, or that give it half a list; and pods
/// that the namespace refuses.
fn problems(text: &str) -> Vec<String> {
    let detours = ["build-images.sh |", "apply -k infra/k8s-prod", "apply --kustomize infra/k8s-prod"];
    let detours = detours.into_iter().filter(|it| text.contains(it)).map(|it| format!("a detour: {it}"));
    let debugs = text.lines().filter(|line| line.contains("kubectl debug "));
    let refused = debugs.filter(|line| !line.contains("--profile=restricted"));
    detours.chain(refused.map(|line| format!("is refused: {line}"))).collect()
}

fn told(file: &str) -> String {
    std::fs::read_to_string(workspace_root().join(file)).unwrap()
}

#[test]
fn nobody_is_told_what_would_go_wrong() {
    let objects = Set::Prod.objects();
    let namespace = find(&objects, "Namespace", "ticketing").unwrap();
    let enforced = ("pod-security.kubernetes.io/enforce", "restricted");
    assert!(entries(namespace, "/metadata/labels").any(|label| label == enforced), "debugging may do more now");
    for file in TOLD {
        none(&problems(&told(file)));
    }
}

#[test]
fn wrong_advice_is_found() {
    assert_eq!(problems("build-images.sh | roll-out.sh; kubectl apply -k infra/k8s-prod").len(), 2);
    assert_eq!(problems("to look in:\nkubectl debug --image busybox:1.37.0 POD\n").len(), 1);
}

/// The images of which OPERATIONS says how big they are, or that nobody knows: rows
/// like `` | `auth` | 18.6 MB | ``.
fn sized(text: &str) -> Vec<&str> {
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    let size = |rest: &str| [" MB |", "not measured |"].iter().any(|end| rest.ends_with(end));
    rows.filter(|(_, rest)| size(rest)).map(|(name, _)| name).collect()
}

#[test]
fn every_image_has_its_size_and_its_repository() {
    assert_eq!(sized(&told("docs/OPERATIONS.md")), IMAGES.map(|(program, _)| program));
    assert!(told("README.md").contains("# eight repositories;"), "the README does not say how many repositories");
    assert_eq!(IMAGES.len() + 1, 8, "README and OPERATIONS speak of eight repositories");
    assert!(sized("| `auth` | 3 |\n").is_empty());
}
