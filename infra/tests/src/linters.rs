//! Others' good sense: hadolint, zizmor and yamllint.

use std::fs;

use crate::tools::{Said, run, run_in};

/// All YAML of the workspace.
const YAML: [&str; 5] = ["infra", "skaffold.yaml", ".github", ".yamllint.yaml", ".hadolint.yaml"];

/// Without the network; whatever can't be read is an error as well.
const ZIZMOR: [&str; 4] = ["--offline", "--no-progress", "--strict-collection", "--no-ignores"];

fn passes(said: &Said) {
    assert!(said.content, "{}", said.all());
}

#[test]
fn hadolint_finds_nothing_in_the_recipe() {
    passes(&run("hadolint", &["infra/docker/Dockerfile"]));
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("Dockerfile"), "FROM debian:latest\nRUN cd /tmp && sudo true\n").unwrap();
    let said = run_in(folder.path(), "hadolint", &["Dockerfile"]);
    assert!(!said.content && said.stdout.contains("DL3007"), "{}", said.all());
}

#[test]
fn zizmor_finds_nothing_in_the_workflows() {
    passes(&run("zizmor", &[&ZIZMOR[..], &[".github"]].concat()));
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join(".github/workflows")).unwrap();
    let injection = "on: issues\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${{ github.event.issue.title }}\n";
    fs::write(folder.path().join(".github/workflows/a.yml"), injection).unwrap();
    let said = run_in(folder.path(), "zizmor", &[&ZIZMOR[..], &["."]].concat());
    assert!(!said.content && said.stdout.contains("template-injection"), "{}", said.all());
}

#[test]
fn yamllint_finds_nothing_in_any_yaml() {
    passes(&run("yamllint", &[&["--strict"][..], &YAML].concat()));
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.yaml"), "a: 1\na: 2\n").unwrap();
    let said = run_in(folder.path(), "yamllint", &["--strict", "."]);
    assert!(!said.content && said.stdout.contains("duplication"), "{}", said.all());
}
