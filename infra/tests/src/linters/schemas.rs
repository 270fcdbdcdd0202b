//! Kubernetes' own schemas, strictly: unknown fields are errors.

use std::path::PathBuf;

use crate::support::prelude::*;

/// The oldest version that the documents promise.
const OLDEST: &str = "1.30";

/// Kubernetes supports three minor versions at a time.
const SUPPORTED: usize = 3;

/// cert-manager's kind has no schema here; see `ingress`.
const ELSEWHERE: &str = "Couldn't find schema for kind Issuer with api version cert-manager.io/v1 ";

/// The oldest promised, and the oldest and the newest that Kubernetes supports.
fn minors() -> [String; 3] {
    let list = "from kubernetes_validate.utils import *; print(*dict.fromkeys(map(major_minor, all_versions())))";
    let output = run("python", &["-c", list]);
    let known: Vec<&str> = output.stdout.split_whitespace().collect();
    assert!(known.len() >= SUPPORTED && known.contains(&OLDEST), "{}", output.all());
    [OLDEST, known[known.len() - SUPPORTED], known[known.len() - 1]].map(str::to_owned)
}

/// What the schemas of a minor version say against sets of objects.
fn problems(minor: &str, sets: &[&str]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let write = |(number, yaml): (usize, &&str)| -> PathBuf {
        let file = folder.path().join(format!("{number}.yaml"));
        std::fs::write(&file, yaml).unwrap();
        file
    };
    let mut args: Vec<PathBuf> = ["--strict", "--quiet", "-k", minor].iter().map(PathBuf::from).collect();
    args.extend(sets.iter().enumerate().map(write));
    let output = run("kubernetes-validate", &args);
    // An object without a schema is only a warning there: its API may have been removed.
    let lines = output.all();
    let mut lines: Vec<_> = lines.lines().filter(|line| !line.contains(ELSEWHERE)).map(str::to_owned).collect();
    if !output.success && lines.is_empty() {
        lines.push(format!("kubernetes-validate failed for {minor} and printed nothing"));
    }
    lines
}

#[test]
fn every_object_is_valid_in_the_oldest_and_the_newest_kubernetes() {
    for minor in minors() {
        // The other sets are parts of these.
        none(&minor, &problems(&minor, &[Set::Dev.yaml(), Set::ProdWithAll.yaml()]));
    }
    let change = "Deployment/auth-depl spec/replica 2";
    let broken = yaml_of(&broken(Set::Dev.objects(), change).unwrap());
    found(change, "replica", &problems(OLDEST, &[&broken]));
}

#[test]
fn the_documents_promise_the_versions_that_are_checked() {
    let [oldest, supported, newest] = minors();
    for (file, promise) in [
        ("docs/KUBERNETES.md", format!("Kubernetes {oldest} or later")),
        ("docs/OPERATIONS.md", format!("Kubernetes {oldest}, ")),
        ("docs/OPERATIONS.md", format!("{oldest}, {supported} and {newest}")),
    ] {
        assert!(read(file).contains(&promise), "{file} must promise {promise:?}");
    }
}
