//! Renovate follows the lists of wheels and the tests' compiler.

use crate::support::prelude::*;

const CONFIG: &str = ".github/renovate.json5";
const WORKFLOW: &str = ".github/workflows/ci.yml";
const DOCKERFILE: &str = "infra/docker/Dockerfile";

fn problems(config: &str, dockerfile: &str) -> Vec<String> {
    let output = run_node(&["infra/tests/src/renovate.js"], config);
    let read_by_renovate: Value = serde_json::from_str(&output.stdout).unwrap_or_else(|_| panic!("{}", output.all()));
    let mut found = Vec::new();
    if read_by_renovate["left"] != Value::Array(Vec::new()) {
        found.push(format!("Renovate does not follow {}", read_by_renovate["left"]));
    }
    let workflow = read(WORKFLOW);
    let rustup = workflow.lines().filter_map(|line| line.trim().strip_prefix("rustup "));
    let version =
        |line: &'_ str| line.split(' ').find(|it| it.starts_with(|c: char| c.is_ascii_digit())).map(str::to_owned);
    let tested: Vec<String> = rustup.filter_map(version).collect();
    let built = dockerfile.split_once("FROM rust:").unwrap().1.split('-').next().unwrap();
    if tested.is_empty() || tested.iter().any(|version| version != built) {
        found.push(format!("the tests' compilers are {tested:?}, the images' is {built}"));
    }
    if read_by_renovate["versions"] != Value::from(tested) {
        found.push(format!("Renovate follows only these of the tests' compilers: {}", read_by_renovate["versions"]));
    }
    found
}

#[test]
fn renovate_follows_the_wheels_and_the_compiler_of_tests_and_images() {
    let (config, dockerfile) = (read(CONFIG), read(DOCKERFILE));
    none(CONFIG, &problems(&config, &dockerfile));
    for (from, to, message) in [
        ("|checks", "", "does not follow"),
        ("rustup (?:toolchain install|default)", "rustup default", "follows only"),
        ("ci\\\\.yml", "test\\\\.yml", "follows only"),
        ("FROM rust:1.", "FROM rust:9.", "the images' is 9."),
    ] {
        assert!(config.contains(from) || dockerfile.contains(from), "no {from:?} to break");
        found(from, message, &problems(&config.replace(from, to), &dockerfile.replace(from, to)));
    }
}
