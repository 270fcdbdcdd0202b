//! What the two workflows are for.

use serde_json::{Value, json};

use super::jobs;
use crate::objects::{list, text};

/// Whether a job runs a command, as one of its lines.
fn runs(job: &Value, command: &str) -> bool {
    list(job, "/steps").iter().any(|step| text(step, "/run").lines().any(|line| line.trim() == command))
}

/// On every pull request runs the test command of the README.
pub fn ci_problems(ci: &Value) -> Vec<String> {
    let command = "cargo xtask test";
    let on_changes = ci.pointer("/on/pull_request").is_some();
    let tested = jobs(ci).any(|(_, job)| runs(job, command) || runs(job, ".ci/run"));
    let cached = ci.to_string().contains("infra/local/*.txt") || ci.to_string().contains("infra/local/checks.txt");
    [
        (on_changes, "pull requests aren't tested"),
        (tested, "does not run the README's test command"),
        (cached, "keeps what the tests install under a key that checks.txt does not change"),
    ]
    .into_iter()
    .filter(|(right, _)| !right)
    .map(|(_, problem)| format!("ci.yml: {problem}"))
    .collect()
}

/// What is on main, and tested, goes out; one at a time and none half way.
pub fn deploy_problems(deploy: &Value) -> Vec<String> {
    let from_main =
        deploy.pointer("/on/push/branches") == Some(&json!(["main"])) && deploy.pointer("/on/pull_request").is_none();
    let whole = deploy.pointer("/concurrency/cancel-in-progress") == Some(&json!(false));
    let group = text(deploy, "/concurrency/group");
    let rolls_out = |job: &Value| list(job, "/steps").iter().any(|step| text(step, "/run").contains("roll-out.sh"));
    let tests = |job: &&str| text(&deploy["jobs"][*job], "/uses").ends_with("/.github/workflows/ci.yml");
    let tested = jobs(deploy).filter(|(_, job)| rolls_out(job)).all(|(_, job)| match &job["needs"] {
        Value::String(needed) => tests(&needed.as_str()),
        needed => needed.as_array().is_some_and(|all| all.iter().filter_map(Value::as_str).any(|it| tests(&it))),
    });
    [
        (from_main, "not main, and main alone, goes out"),
        (!group.is_empty() && !group.contains("${{") && whole, "two may go out at once, or one half way"),
        (jobs(deploy).any(|(_, job)| rolls_out(job)), "nothing goes out"),
        (tested, "goes out untested"),
    ]
    .into_iter()
    .filter(|(right, _)| !right)
    .map(|(_, problem)| format!("deploy.yml: {problem}"))
    .collect()
}
