//! checkov's rules for pods and containers. An exception is an annotation with its
//! reason: `checkov.io/skip1: CKV_K8S_40=Because …`.

use crate::support::prelude::*;

const SKIP: &str = "checkov.io/skip";

/// What does not matter in a developer's cluster: an image's pull policy and digest, the
/// namespace, which the context names, and secrets in variables.
const NOT_IN_DEV: [&str; 4] = ["CKV_K8S_15", "CKV_K8S_21", "CKV_K8S_35", "CKV_K8S_43"];

/// Breaks, and the rule that reports each.
const BREAKS: &[Break] = &[
    ("Deployment/auth-depl c0/securityContext/runAsNonRoot false", "CKV_K8S_23"),
    ("Deployment/auth-depl c0/securityContext/runAsUser 0", "CKV_K8S_40"),
    ("Deployment/auth-depl pod/securityContext/runAsUser", "CKV_K8S_40"),
    ("Deployment/auth-depl pod/securityContext/seccompProfile", "CKV_K8S_31"),
    ("Deployment/auth-depl c0/securityContext/readOnlyRootFilesystem", "CKV_K8S_22"),
    ("Deployment/auth-depl c0/securityContext/allowPrivilegeEscalation", "CKV_K8S_20"),
    ("Deployment/auth-depl c0/securityContext/capabilities/add [NET_ADMIN]", "CKV_K8S_25"),
    ("Deployment/auth-depl c0/securityContext/capabilities", "CKV_K8S_37"),
    ("Deployment/auth-depl c0/securityContext/privileged true", "CKV_K8S_16"),
    ("Deployment/auth-depl c0/resources/requests/cpu", "CKV_K8S_10"),
    ("Deployment/auth-depl c0/resources/limits/cpu", "CKV_K8S_11"),
    ("Deployment/auth-depl c0/resources/requests/memory", "CKV_K8S_12"),
    ("Deployment/auth-depl c0/resources/limits/memory", "CKV_K8S_13"),
    ("Deployment/auth-depl pod/hostNetwork true", "CKV_K8S_19"),
    ("Deployment/auth-depl pod/hostPID true", "CKV_K8S_17"),
    ("Deployment/auth-depl pod/hostIPC true", "CKV_K8S_18"),
    ("Deployment/auth-depl pod/automountServiceAccountToken", "CKV_K8S_38"),
    ("StatefulSet/auth-mongo-depl i0/securityContext/capabilities", "CKV_K8S_37"),
    ("StatefulSet/auth-mongo-depl i0/resources", "CKV_K8S_11"),
    ("CronJob/mongo-backup c0/securityContext", "CKV_K8S_22"),
];

/// A copy without exceptions, under a name that says where it is from.
fn bare(object: &Value, place: &str) -> Value {
    let mut bare = object.clone();
    for pointer in ["", "/spec/template", "/spec/jobTemplate/spec/template"] {
        let annotations = bare.pointer_mut(&format!("{pointer}/metadata/annotations"));
        if let Some(annotations) = annotations.and_then(Value::as_object_mut) {
            annotations.retain(|key, _| !key.starts_with(SKIP));
        }
    }
    bare["metadata"]["name"] = format!("{place}.{}", name(object)).into();
    bare
}

/// The exceptions of a set's objects and their pods, as `Kind.place.name rule`, and the
/// reason of each.
fn exceptions(objects: &[Value], place: &str) -> BTreeMap<String, String> {
    let annotated = objects.iter().map(|object| (object, object)).chain(workloads(objects));
    let all = annotated.flat_map(|(object, it)| entries(it, "/metadata/annotations").map(move |it| (object, it)));
    let skips = all.filter(|(_, (key, _))| key.starts_with(SKIP)).map(|(object, (_, text))| {
        let (rule, reason) = text.split_once('=').unwrap_or((text, ""));
        (format!("{}.{place}.{} {rule}", kind(object), name(object)), reason.to_owned())
    });
    skips.collect()
}

/// All that checkov finds, as `Kind.place.name rule`, without asking the network.
fn failures(objects: &[Value]) -> BTreeSet<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("all.yaml").display().to_string();
    std::fs::write(&file, yaml_of(objects)).unwrap();
    let args = ["--framework", "kubernetes", "--skip-download", "--compact", "--quiet", "--output", "json", "--file"];
    let output = run("checkov", &[&args[..], &[&file]].concat());
    let report: Value = serde_json::from_str(&output.stdout).unwrap_or_else(|_| panic!("checkov: {}", output.all()));
    assert_eq!(report["summary"]["parsing_errors"], json!(0), "{}", output.stdout);
    let failed = list(&report, "/results/failed_checks").iter();
    let parts = failed.map(|it| (text(it, "/resource").splitn(3, '.').collect::<Vec<_>>(), text(it, "/check_id")));
    parts.map(|(resource, rule)| format!("{}.{} {rule}", resource[0], resource[2])).collect()
}

/// Failures without an exception, and exceptions without a failure or a reason.
fn problems(failures: &BTreeSet<String>, exceptions: &BTreeMap<String, String>) -> Vec<String> {
    let open = failures.iter().filter(|it| !exceptions.contains_key(*it)).map(|it| format!("{it} fails"));
    let idle =
        exceptions.keys().filter(|it| !failures.contains(*it)).map(|it| format!("{it} passes, end its exception"));
    let bare = exceptions.iter().filter(|(_, reason)| reason.len() < 10).map(|(it, _)| format!("{it} has no reason"));
    open.chain(idle).chain(bare).collect()
}

#[test]
fn checkov_finds_nothing_that_has_no_reason() {
    let (dev, prod) = (Set::Dev.objects(), Set::ProdWithAll.objects());
    let copies = BREAKS.iter().enumerate().map(|(number, (change, _))| {
        let copy = broken(prod, change).unwrap();
        bare(
            copy.iter().find(|it| change.starts_with(&format!("{} ", title(it)))).unwrap(),
            &format!("broken-{number}"),
        )
    });
    let sets = dev.iter().map(|it| bare(it, "dev")).chain(prod.iter().map(|it| bare(it, "prod")));
    let failures = failures(&sets.chain(copies).collect::<Vec<_>>());
    let of = |place: &str| -> BTreeSet<String> {
        failures.iter().filter(|it| it.contains(&format!(".{place}."))).cloned().collect()
    };
    none("production", &problems(&of("prod"), &exceptions(prod, "prod")));
    let in_dev = of("dev").into_iter().filter(|it| !NOT_IN_DEV.iter().any(|rule| it.ends_with(rule))).collect();
    none("a developer's cluster", &problems(&in_dev, &exceptions(dev, "dev")));
    for (number, (change, rule)) in BREAKS.iter().enumerate() {
        found(change, rule, &of(&format!("broken-{number}")).into_iter().collect::<Vec<_>>());
    }
    for (change, message) in [
        ("StatefulSet/nats-depl metadata/annotations {checkov.io/skip1: CKV_K8S_40}", "has no reason"),
        ("Service/auth-srv metadata/annotations {checkov.io/skip1: CKV_K8S_16=It is no container}", "passes"),
    ] {
        found(change, message, &problems(&of("prod"), &exceptions(&broken(prod, change).unwrap(), "prod")));
    }
}
