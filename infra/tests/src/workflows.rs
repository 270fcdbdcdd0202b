//! Changes are tested, and what is tested goes to production. (Rights and concurrency
//! are zizmor's: see `linters`.)

use crate::images::is_whole_version;
use crate::support::prelude::*;

/// Workflows by the name of their file.
type Workflows = BTreeMap<String, Value>;

fn workflows() -> Workflows {
    let files = std::fs::read_dir(workspace_root().join(".github/workflows")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    names.map(|name| (name.clone(), documents(&read(&format!(".github/workflows/{name}"))).remove(0))).collect()
}

fn jobs(workflow: &Value) -> impl Iterator<Item = (&String, &Value)> {
    workflow.get("jobs").and_then(Value::as_object).into_iter().flatten()
}

/// Nothing but reading is granted, nothing may change unnoticed, and nothing runs for hours.
fn careless(workflow: &Value) -> Vec<String> {
    let mut found = Vec::new();
    if workflow.to_string().contains("\"write") {
        found.push("grant no more than reading".to_owned());
    }
    let uses = deep(workflow, "uses").into_iter().filter_map(Value::as_str).filter_map(|uses| uses.split_once('@'));
    let open = uses.filter(|(_, reference)| !is_whole_version(reference) && reference.len() != 40);
    found.extend(open.map(|(action, _)| format!("pin {action} to a whole version or a commit")));
    for (name, job) in jobs(workflow) {
        if text(job, "/runs-on").ends_with("-latest") {
            found.push(format!("{name}: name the machine's version"));
        }
        if job.get("uses").is_none() && job.get("timeout-minutes").is_none() {
            found.push(format!("{name}: set timeout-minutes"));
        }
    }
    found
}

/// Every pull request runs the README's test command.
fn ci(ci: &Value) -> Vec<String> {
    let commands = deep(ci, "run").into_iter().filter_map(Value::as_str).flat_map(str::lines).map(str::trim);
    let tested = commands.into_iter().any(|line| ["cargo xtask test", ".ci/run"].contains(&line));
    let cached = ci.to_string().contains("infra/local/*.txt") || ci.to_string().contains("infra/local/checks.txt");
    unkept([
        (ci.pointer("/on/pull_request").is_some(), "run for pull requests"),
        (tested, "run the README's test command"),
        (cached, "make the cache's key depend on checks.txt"),
    ])
}

/// Tested commits of main are rolled out, one at a time and completely.
fn deploy(deploy: &Value) -> Vec<String> {
    let rolls_out = |job: &Value| list(job, "/steps").iter().any(|step| text(step, "/run").contains("roll-out.sh"));
    let tests = |job: &str| text(&deploy["jobs"][job], "/uses").ends_with("/.github/workflows/ci.yml");
    let needs_tests = |job: &Value| match &job["needs"] {
        Value::String(needed) => tests(needed),
        needed => list(needed, "").iter().filter_map(Value::as_str).any(tests),
    };
    let group = text(deploy, "/concurrency/group");
    let whole = deploy.pointer("/concurrency/cancel-in-progress") == Some(&json!(false));
    unkept([
        (deploy["on"] == json!({ "push": { "branches": ["main"] } }), "roll out main alone"),
        (!group.is_empty() && !group.contains("${{") && whole, "roll out one at a time, never cancel"),
        (jobs(deploy).any(|(_, job)| rolls_out(job)), "call roll-out.sh"),
        (jobs(deploy).all(|(_, job)| !rolls_out(job) || needs_tests(job)), "need the tests before the roll-out"),
    ])
}

fn problems(workflows: &Workflows) -> Vec<String> {
    let of = |(file, workflow): (&String, &Value)| {
        let own = match file.as_str() {
            "ci.yml" => ci(workflow),
            "deploy.yml" => deploy(workflow),
            _ => Vec::new(),
        };
        let all = careless(workflow).into_iter().chain(own);
        all.map(|problem| format!("{file}: {problem}")).collect::<Vec<_>>()
    };
    workflows.iter().flat_map(of).collect()
}

#[test]
fn every_change_is_tested_before_it_goes_to_production() {
    let workflows = workflows();
    assert!(["ci.yml", "deploy.yml"].iter().all(|file| workflows.contains_key(*file)));
    assert!(read("README.md").contains("\ncargo xtask test "), "the README has another test command");
    none("the workflows", &problems(&workflows));
    for (file, change, message) in [
        ("ci.yml", "permissions write-all", "no more than reading"),
        ("ci.yml", "jobs/test/permissions/contents write", "no more than reading"),
        ("ci.yml", "jobs/test/steps/0/uses actions/checkout@v7", "pin actions/checkout"),
        ("ci.yml", "jobs/test/runs-on ubuntu-latest", "test: name the machine"),
        ("ci.yml", "jobs/test/timeout-minutes", "test: set timeout-minutes"),
        ("ci.yml", "jobs/test/steps [{run: cargo test}]", "README's test command"),
        ("ci.yml", "on/pull_request", "pull requests"),
        ("deploy.yml", "concurrency/cancel-in-progress true", "one at a time"),
        ("deploy.yml", "on/pull_request {}", "main alone"),
        ("deploy.yml", "jobs/test/uses ./.github/workflows/images.yml", "need the tests"),
        ("deploy.yml", "jobs/deploy/needs []", "need the tests"),
        ("deploy.yml", "jobs/deploy/steps []", "call roll-out.sh"),
    ] {
        let mut broken = workflows.clone();
        edit(broken.get_mut(file).unwrap(), change);
        found(change, message, &problems(&broken));
    }
}
