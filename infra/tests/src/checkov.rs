//! checkov's view of production. What it asks and is not done has the reason in an
//! annotation of the object: `checkov.io/skip1: CKV_K8S_40=Because …`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::checked::{at, broken, none};
use crate::objects::{entries, find, kind, list, name, namespace, pod, text};
use crate::rendered::Set;
use crate::tools::run;

const SKIP: &str = "checkov.io/skip";

/// An object and the check that it does not pass.
type Failure = (String, String);

fn place(object: &Value) -> String {
    format!("{}.{}.{}", kind(object), namespace(object), name(object))
}

/// The annotations of an object and of its pods that are for checkov: check and reason.
fn skipped(object: &Value) -> Vec<(String, String)> {
    let of = |value: &Value| {
        let all = entries(value, "/metadata/annotations").filter(|(key, _)| key.starts_with(SKIP));
        all.map(|(_, text)| text.split_once('=').unwrap_or((text, "")))
            .map(|(check, why)| (check.to_owned(), why.trim().to_owned()))
            .collect::<Vec<_>>()
    };
    [of(object), pod(object).map(of).unwrap_or_default()].concat()
}

/// The same objects without those annotations: nothing is skipped.
fn bare(objects: &[Value]) -> Vec<Value> {
    let mut bare = objects.to_vec();
    for object in &mut bare {
        for pointer in ["", "/spec/template", "/spec/jobTemplate/spec/template"] {
            let annotations = object.pointer_mut(&format!("{pointer}/metadata/annotations"));
            if let Some(annotations) = annotations.and_then(Value::as_object_mut) {
                annotations.retain(|key, _| !key.starts_with(SKIP));
            }
        }
    }
    bare
}

/// Everything that checkov finds, without asking the network.
fn failures(objects: &[Value]) -> BTreeSet<Failure> {
    let folder = tempfile::tempdir().unwrap();
    let yaml: Vec<String> = objects.iter().map(|object| serde_yaml_ng::to_string(object).unwrap()).collect();
    std::fs::write(folder.path().join("all.yaml"), yaml.join("---\n")).unwrap();
    let file = folder.path().join("all.yaml").display().to_string();
    let args =
        ["--framework", "kubernetes", "--file", &file, "--skip-download", "--compact", "--quiet", "--output", "json"];
    let said = run("checkov", &args);
    let report: Value = serde_json::from_str(&said.stdout).unwrap_or_else(|_| panic!("checkov: {}", said.all()));
    assert_eq!(report["summary"]["parsing_errors"], json!(0), "{}", said.stdout);
    let failed = list(&report, "/results/failed_checks").iter();
    failed.map(|failed| (text(failed, "/resource").to_owned(), text(failed, "/check_id").to_owned())).collect()
}

fn problems(objects: &[Value], failures: &BTreeSet<Failure>) -> Vec<String> {
    let skipped: Vec<(Failure, String)> = objects
        .iter()
        .flat_map(|object| skipped(object).into_iter().map(|(check, why)| ((place(object), check), why)))
        .collect();
    let is_skipped = |failure: &Failure| skipped.iter().any(|(it, _)| it == failure);
    let open = failures.iter().filter(|failure| !is_skipped(failure)).map(|(place, check)| format!("{place}: {check}"));
    let idle = skipped.iter().filter(|(skip, _)| !failures.contains(skip));
    let idle = idle.map(|((place, check), _)| format!("{place}: {check} is skipped and would pass"));
    let bare = skipped.iter().filter(|(_, why)| why.len() < 10);
    let bare = bare.map(|((place, check), _)| format!("{place}: {check} is skipped without a reason"));
    open.chain(idle).chain(bare).collect()
}

#[test]
fn checkov_finds_nothing_in_production_that_has_no_reason() {
    let objects = Set::ProdWithAll.objects();
    // One more, that is broken on purpose.
    let mut all = bare(&objects);
    let mut spy = find(&all, "Deployment", "auth-depl").unwrap().clone();
    spy["metadata"]["name"] = "spy".into();
    at(&mut spy, "/spec/template/spec/containers/0/securityContext")["privileged"] = true.into();
    all.push(spy.clone());
    let (seen, failures): (BTreeSet<Failure>, BTreeSet<Failure>) =
        failures(&all).into_iter().partition(|(object, _)| *object == place(&spy));
    assert!(seen.iter().any(|(_, check)| check == "CKV_K8S_16"), "checkov let a privileged container pass: {seen:?}");
    none(&problems(&objects, &failures));

    let without_reason = broken(&objects, "StatefulSet/nats-depl", |it| {
        it["metadata"]["annotations"] = json!({ "checkov.io/skip1": "CKV_K8S_40" });
    });
    assert!(problems(&without_reason, &failures).iter().any(|it| it.contains("without a reason")));
    let needless = broken(&objects, "Service/auth-srv", |it| {
        it["metadata"]["annotations"] = json!({ "checkov.io/skip1": "CKV_K8S_16=It is not privileged" });
    });
    assert!(problems(&needless, &failures).iter().any(|it| it.contains("would pass")));
}
