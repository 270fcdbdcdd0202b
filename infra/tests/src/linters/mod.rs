//! What linters say about the recipe, the workflows and all YAML.

mod checkov;
mod schemas;

use crate::support::prelude::*;

/// Without the network; an input that can't be read is an error as well.
const ZIZMOR: [&str; 5] = ["--offline", "--no-progress", "--pedantic", "--strict-collection", "--no-ignores"];

/// Asserts that a linter reports every break of a file, by the rule's name.
fn reports(linter: &str, args: &[&str], file: &str, text: &str, breaks: &[(&str, &str, &str)]) {
    for (from, to, rule) in breaks {
        assert!(text.contains(from), "no {from:?} in {file} to break");
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join(file);
        std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
        std::fs::write(copy, text.replace(from, to)).unwrap();
        let output = run_in(folder.path(), linter, args);
        assert!(!output.success && output.stdout.contains(rule), "{to:?} must be {rule}: {}", output.all());
    }
}

fn passes(output: &Output) {
    assert!(output.success, "{}", output.all());
}

#[test]
fn hadolint_finds_nothing_in_the_dockerfile() {
    const FILE: &str = "infra/docker/Dockerfile";
    passes(&run("hadolint", &[FILE]));
    let breaks = [
        ("\nFROM scratch", "\nFROM debian:latest", "DL3007"),
        ("\nFROM scratch", "\nFROM debian", "DL3006"),
        ("\nUSER 65532:65532", "\nUSER root", "DL3002"),
        ("\nCOPY Cargo.toml", "\nADD Cargo.toml", "DL3020"),
    ];
    reports("hadolint", &["Dockerfile"], "Dockerfile", &read(FILE), &breaks);
}

#[test]
fn zizmor_finds_nothing_in_the_workflows() {
    const FILE: &str = ".github/workflows/ci.yml";
    passes(&run("zizmor", &[&ZIZMOR[..], &["--min-severity", "low", ".github"]].concat()));
    let breaks = [
        ("\npermissions: {}\n", "\n", "excessive-permissions"),
        ("\npermissions: {}\n", "\npermissions: write-all\n", "excessive-permissions"),
        ("\nconcurrency:\n", "\nenv:\n", "concurrency-limits"),
        ("run: cargo xtask test", "run: echo ${{ github.event.issue.title }}", "template-injection"),
        ("persist-credentials: false", "fetch-depth: 1", "artipacked"),
    ];
    reports("zizmor", &[&ZIZMOR[..], &["."]].concat(), FILE, &read(FILE), &breaks);
}

#[test]
fn yamllint_finds_nothing_in_any_yaml() {
    const FILES: [&str; 5] = ["infra", "skaffold.yaml", ".github", ".yamllint.yaml", ".hadolint.yaml"];
    passes(&run("yamllint", &[&["--strict"][..], &FILES].concat()));
    reports("yamllint", &["--strict", "."], "a.yaml", "a: 1\n", &[("a: 1", "a: 1\na: 2", "duplication")]);
}
