//! What runs on every change, and what brings it to production.

mod promises;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use xtask::env::workspace_root;

use crate::checked::{Break, at, none, remove};
use crate::images::is_whole_version;
use crate::objects::{list, text};
use crate::rendered::documents;

/// Workflows by their file's name.
type Workflows = BTreeMap<String, Value>;

/// What a job may be allowed to write; everything else it reads at most.
const MAY_WRITE: [&str; 2] = ["packages", "id-token"];

fn workflows() -> Workflows {
    let folder = workspace_root().join(".github/workflows");
    let files = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let files = files.map(|file| file.unwrap());
    let read = |file: std::fs::DirEntry| {
        let yaml = std::fs::read_to_string(file.path()).unwrap();
        (file.file_name().to_string_lossy().into_owned(), documents(&yaml).remove(0))
    };
    files.map(read).collect()
}

fn jobs(workflow: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let jobs = workflow.get("jobs").and_then(Value::as_object).into_iter().flatten();
    jobs.map(|(name, job)| (name.as_str(), job))
}

fn problems(workflows: &Workflows) -> Vec<String> {
    let mut found = Vec::new();
    for (file, workflow) in workflows {
        if workflow.get("permissions") != Some(&json!({}))
            && workflow.get("permissions") != Some(&json!({ "contents": "read" }))
        {
            found.push(format!("{file}: every job has more permissions than to read"));
        }
        if text(workflow, "/concurrency/group").is_empty() {
            found.push(format!("{file}: runs beside itself"));
        }
        for (name, job) in jobs(workflow) {
            let place = format!("{file}, {name}");
            found.extend(permission_problems(job).into_iter().map(|problem| format!("{place}: {problem}")));
            let uses = list(job, "/steps").iter().chain([job]).filter_map(|step| step.get("uses")?.as_str());
            found.extend(
                uses.filter(|uses| !is_pinned(uses)).map(|uses| format!("{place}: {uses} may be another tomorrow")),
            );
            let machine = text(job, "/runs-on");
            if machine.ends_with("-latest") {
                found.push(format!("{place}: {machine} may be another tomorrow"));
            }
            if job.get("uses").is_none() && job.get("timeout-minutes").is_none() {
                found.push(format!("{place}: may run for six hours"));
            }
        }
    }
    found.extend(promises::ci_problems(workflows.get("ci.yml").unwrap_or(&Value::Null)));
    found.extend(promises::deploy_problems(workflows.get("deploy.yml").unwrap_or(&Value::Null)));
    found
}

fn permission_problems(job: &Value) -> Vec<String> {
    match job.get("permissions") {
        None | Some(Value::Object(_)) => {
            let granted = job.get("permissions").and_then(Value::as_object).into_iter().flatten();
            let writes = granted.filter(|(what, how)| *how == "write" && !MAY_WRITE.contains(&what.as_str()));
            writes.map(|(what, _)| format!("may write {what}")).collect()
        }
        Some(all) => vec![format!("has permissions {all}")],
    }
}

/// By a whole version or a commit; what is in this repository is of this commit.
fn is_pinned(uses: &str) -> bool {
    if let Some(here) = uses.strip_prefix("./").or_else(|| uses.strip_prefix("$/")) {
        return workspace_root().join(here).exists();
    }
    uses.split_once('@').is_some_and(|(_, reference)| {
        is_whole_version(reference) || (reference.len() == 40 && reference.chars().all(|c| c.is_ascii_hexdigit()))
    })
}

#[test]
fn changes_are_tested_and_go_out_one_at_a_time_with_no_more_rights_than_it_takes() {
    none(&problems(&workflows()));
    let readme = std::fs::read_to_string(workspace_root().join("README.md")).unwrap();
    assert!(readme.contains("\ncargo xtask test "), "the README's test command is another");
}

#[test]
fn a_careless_workflow_is_found() {
    let breaks: [Break; 13] = [
        ("ci.yml", |it| at(it, "")["permissions"] = "write-all".into(), "more permissions"),
        ("ci.yml", |it| remove(it, "", "permissions"), "more permissions"),
        ("ci.yml", |it| remove(it, "", "concurrency"), "beside itself"),
        ("ci.yml", |it| at(it, "/jobs/test/permissions")["contents"] = "write".into(), "may write contents"),
        ("ci.yml", |it| at(it, "/jobs/test/steps/0")["uses"] = "actions/checkout@v7".into(), "another tomorrow"),
        ("ci.yml", |it| at(it, "/jobs/test")["runs-on"] = "ubuntu-latest".into(), "another tomorrow"),
        ("ci.yml", |it| remove(it, "/jobs/test", "timeout-minutes"), "six hours"),
        ("ci.yml", |it| *at(it, "/jobs/test/steps") = json!([{ "run": "cargo test" }]), "README's test command"),
        ("ci.yml", |it| remove(it, "/on", "pull_request"), "aren't tested"),
        ("deploy.yml", |it| at(it, "/concurrency")["cancel-in-progress"] = true.into(), "half way"),
        ("deploy.yml", |it| at(it, "/on")["pull_request"] = json!({}), "main alone"),
        ("deploy.yml", |it| at(it, "/jobs/test")["uses"] = "./.github/workflows/gone.yml".into(), "goes out untested"),
        ("deploy.yml", |it| at(it, "/jobs/deploy")["needs"] = json!([]), "goes out untested"),
    ];
    let workflows = workflows();
    let before = problems(&workflows);
    for (file, change, said) in breaks {
        let mut broken = workflows.clone();
        change(broken.get_mut(file).unwrap());
        let new: Vec<String> = problems(&broken).into_iter().filter(|problem| !before.contains(problem)).collect();
        assert!(new.iter().any(|problem| problem.contains(said)), "{file}: not {said:?} but {new:?}");
    }
}
