//! What Renovate is told to follow beyond what it finds by itself.

use serde_json::Value;
use xtask::env::workspace_root;

use crate::checked::none;
use crate::node;

fn read(file: &str) -> String {
    std::fs::read_to_string(workspace_root().join(file)).unwrap()
}

/// A configuration's patterns, tried on our files: which lists of wheels it takes, and
/// which versions it reads in which files. Its language is a part of JavaScript.
const TRY: &str = r"
const fs = require('fs');
const config = eval(`(${fs.readFileSync(0, 'utf8')})`);
const takes = (manager, file) => manager.managerFilePatterns.some(it => new RegExp(it.slice(1, -1)).test(file));
const lists = fs.readdirSync('infra/local').map(name => `infra/local/${name}`).filter(name => name.endsWith('.txt'));
const flows = fs.readdirSync('.github/workflows').map(name => `.github/workflows/${name}`);
const read = (manager, file) => manager.matchStrings.flatMap(it =>
  [...fs.readFileSync(file, 'utf8').matchAll(new RegExp(it, 'g'))].map(it => it.groups.currentValue));
console.log(JSON.stringify({
  left: lists.filter(file => !takes(config.pip_requirements, file)),
  versions: config.customManagers.flatMap(it => flows.filter(file => takes(it, file)).flatMap(file => read(it, file))),
}));";

/// The version of the image that ours are built in.
fn compiler(dockerfile: &str) -> &str {
    let (_, rest) = dockerfile.split_once("FROM rust:").unwrap();
    rest.split('-').next().unwrap()
}

fn problems(config: &str, workflow: &str, dockerfile: &str) -> Vec<String> {
    let root = workspace_root();
    let script = format!("process.chdir({:?});{TRY}", root.display().to_string());
    let output = node::run(&["-e", &script], config);
    let tried: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let mut found = Vec::new();
    if tried["left"] != Value::Array(Vec::new()) {
        found.push(format!("nobody renews the wheels of {}", tried["left"]));
    }
    let told: Vec<&str> = workflow.lines().filter_map(|line| line.trim().strip_prefix("rustup ")).collect();
    let of =
        |line: &str| line.split(' ').find(|word| word.starts_with(|c: char| c.is_ascii_digit())).map(str::to_owned);
    let told: Vec<String> = told.into_iter().filter_map(of).collect();
    if told.is_empty() || told.iter().any(|version| version != compiler(dockerfile)) {
        found.push(format!("tested with {told:?}, built with {}", compiler(dockerfile)));
    }
    if tried["versions"] != Value::from(told.clone()) {
        found.push(format!("of the tests' compilers {told:?}, {} are renewed", tried["versions"]));
    }
    found
}

#[test]
fn the_wheels_and_the_compiler_are_renewed_and_the_tests_have_the_images_compiler() {
    let config = read(".github/renovate.json5");
    let workflow = read(".github/workflows/ci.yml");
    let dockerfile = read("infra/docker/Dockerfile");
    none(&problems(&config, &workflow, &dockerfile));
    let broken = [
        (problems(&config.replace("|checks", ""), &workflow, &dockerfile), "nobody renews"),
        (
            problems(&config.replace("rustup (?:toolchain install|default)", "rustup default"), &workflow, &dockerfile),
            "are renewed",
        ),
        (problems(&config.replace("ci\\\\.yml", "test\\\\.yml"), &workflow, &dockerfile), "are renewed"),
        (problems(&config, &workflow, &dockerfile.replace("FROM rust:1.", "FROM rust:9.")), "built with 9."),
    ];
    for (found, said) in broken {
        assert!(found.iter().any(|problem| problem.contains(said)), "not {said:?} but {found:?}");
    }
}
