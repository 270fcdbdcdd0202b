//! The fields that skaffold knows. What it does not know, it refuses.

use serde_json::Value;

use crate::objects::{list, text};

/// Of that version, what each part of ours may have. (The schema is published with
/// skaffold; these are the parts that one dev loop for one cluster can need.)
const FIELDS: [(&str, &[&str]); 15] = [
    (
        "",
        &[
            "apiVersion",
            "kind",
            "metadata",
            "requires",
            "build",
            "test",
            "manifests",
            "deploy",
            "portForward",
            "resourceSelector",
            "verify",
            "customActions",
            "profiles",
        ],
    ),
    ("/metadata", &["name", "labels", "annotations"]),
    ("/build", &["artifacts", "insecureRegistries", "tagPolicy", "platforms", "local", "googleCloudBuild", "cluster"]),
    ("/build/local", &["push", "tryImportMissing", "useDockerCLI", "useBuildkit", "concurrency"]),
    ("/build/tagPolicy", &["gitCommit", "sha256", "envTemplate", "dateTime", "customTemplate", "inputDigest"]),
    ("/build/artifacts/*", &["image", "context", "sync", "requires", "hooks", "platforms", "runtimeType", "docker"]),
    (
        "/build/artifacts/*/docker",
        &[
            "dockerfile",
            "target",
            "buildArgs",
            "network",
            "addHost",
            "cacheFrom",
            "cliFlags",
            "pullParent",
            "noCache",
            "squash",
            "secrets",
            "ssh",
        ],
    ),
    ("/manifests", &["rawYaml", "kustomize", "helm", "kpt", "hooks", "transform", "validate", "output"]),
    ("/manifests/kustomize", &["paths", "buildArgs"]),
    (
        "/deploy",
        &[
            "docker",
            "kpt",
            "kubectl",
            "helm",
            "cloudrun",
            "statusCheck",
            "statusCheckDeadlineSeconds",
            "tolerateFailuresUntilDeadline",
            "kubeContext",
            "logs",
            "transformableAllowList",
        ],
    ),
    ("/deploy/kubectl", &["flags", "remoteManifests", "defaultNamespace", "hooks"]),
    ("/deploy/kubectl/hooks", &["before", "after"]),
    ("/deploy/kubectl/hooks/before/*", &["host", "container"]),
    ("/deploy/kubectl/hooks/before/*/host", &["command", "os", "dir"]),
    ("/portForward/*", &["resourceType", "resourceName", "namespace", "port", "address", "localPort"]),
];

/// A profile has all that the whole has, but for its head, and says when it is on.
const OF_PROFILES: [&str; 4] = ["name", "activation", "requiresAllActivations", "patches"];

/// What only the whole has.
const HEAD: [&str; 4] = ["apiVersion", "kind", "metadata", "requires"];

/// All that stands at a path in which `*` is any entry.
fn all_at<'a>(value: &'a Value, path: &str) -> Vec<&'a Value> {
    path.split('/').skip(1).fold(vec![value], |found, part| {
        let step = |value: &'a Value| match part {
            "*" => value.as_array().map(|list| list.iter().collect()).unwrap_or_default(),
            name => value.get(name).into_iter().collect::<Vec<_>>(),
        };
        found.into_iter().flat_map(step).collect()
    })
}

/// The fields of a configuration that skaffold does not know.
pub fn unknown_fields(config: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let whole = [(String::new(), config)].into_iter();
    let profiles = list(config, "/profiles").iter().map(|it| (format!("profile {}: ", text(it, "/name")), it));
    for (place, part) in whole.chain(profiles) {
        for (path, allowed) in FIELDS {
            for object in all_at(part, path).into_iter().filter_map(Value::as_object) {
                let of_profiles = path.is_empty() && !place.is_empty();
                let strange = object.keys().map(String::as_str).filter(|key| !allowed.contains(key));
                let strange = strange.filter(|key| !(of_profiles && OF_PROFILES.contains(key)));
                let strange = strange.chain(HEAD.into_iter().filter(|key| of_profiles && object.contains_key(*key)));
                found.extend(strange.map(|key| format!("{place}skaffold knows no {path}/{key}")));
            }
        }
    }
    found
}
