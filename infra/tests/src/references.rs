//! Whatever a manifest names is there.

use serde_json::{Value, json};

use crate::checked::{Break, at, finds, holds};
use crate::objects::{all_containers, find, list, name, of_kind, text, title, workloads};
use crate::rendered::{APPLIED, Set};

/// What workloads name and nobody makes: `ConfigMap`s and their keys, claims,
/// accounts, priorities, volumes. (Secrets: see there.)
fn problems(objects: &[Value]) -> Vec<String> {
    let mut found = Vec::new();
    for (object, pod) in workloads(objects) {
        let spec = &pod["spec"];
        let mut missing = |what: String| found.push(format!("{}: there is no {what}", title(object)));
        let claims = list(object, "/spec/volumeClaimTemplates");
        let volumes = || list(spec, "/volumes").iter();
        for container in all_containers(pod) {
            for entry in list(container, "/env") {
                let key = entry.pointer("/valueFrom/configMapKeyRef");
                if let Some(key) = key.filter(|key| !has_key(objects, key)) {
                    missing(format!("ConfigMap with {key}"));
                }
            }
            for source in list(container, "/envFrom").iter().filter_map(|source| source.get("configMapRef")) {
                if find(objects, "ConfigMap", text(source, "/name")).is_none() {
                    missing(format!("ConfigMap {source}"));
                }
            }
            for mount in list(container, "/volumeMounts") {
                let wanted = text(mount, "/name");
                if !volumes().any(|it| text(it, "/name") == wanted) && !claims.iter().any(|it| name(it) == wanted) {
                    missing(format!("volume {wanted}"));
                }
            }
        }
        let projected = volumes().flat_map(|volume| list(volume, "/projected/sources"));
        let files = volumes().chain(projected).filter_map(|volume| volume.get("configMap"));
        for files in files.filter(|files| find(objects, "ConfigMap", text(files, "/name")).is_none()) {
            missing(format!("ConfigMap {files}"));
        }
        let claimed =
            volumes().map(|volume| ("PersistentVolumeClaim", text(volume, "/persistentVolumeClaim/claimName")));
        let others = [
            ("ServiceAccount", text(spec, "/serviceAccountName")),
            ("PriorityClass", text(spec, "/priorityClassName")),
        ];
        for (kind, named) in claimed.chain(others).filter(|(_, named)| !named.is_empty()) {
            if find(objects, kind, named).is_none() {
                missing(format!("{kind} {named}"));
            }
        }
    }
    found
}

fn has_key(objects: &[Value], reference: &Value) -> bool {
    let map = find(objects, "ConfigMap", text(reference, "/name"));
    map.is_some_and(|map| map["data"].get(text(reference, "/key")).is_some())
}

/// What is made and that nobody names.
fn unused(objects: &[Value]) -> Vec<String> {
    let named = |named: &str| workloads(objects).any(|(_, pod)| pod.to_string().contains(&format!("\"{named}\"")));
    let made = ["ConfigMap", "PersistentVolumeClaim", "ServiceAccount", "PriorityClass"];
    let made = made.iter().flat_map(|kind| of_kind(objects, kind));
    // That one is the ingress controller's.
    let idle = made.filter(|it| !named(name(it)) && name(it) != "ingress-nginx-controller");
    idle.map(|it| format!("{} is there for nobody", title(it))).collect()
}

#[test]
fn everything_that_is_named_is_there_and_everything_there_is_named() {
    holds(&APPLIED, problems);
    holds(&APPLIED, unused);
}

#[test]
fn what_is_named_and_is_not_there_is_found() {
    const POD: &str = "/spec/template/spec";
    const CONTAINER: &str = "/spec/template/spec/containers/0";
    const MONGO: &str = "StatefulSet/auth-mongo-depl";
    const AUTH: &str = "Deployment/auth-depl";
    let from = |map: &str, key: &str| json!([{ "name": "X", "valueFrom": { "configMapKeyRef": { "name": map, "key": key } } }]);
    let objects = Set::Prod.objects();
    let settings = objects.iter().find(|it| title(it).starts_with("ConfigMap/settings")).map(name).unwrap();
    let with = |env| crate::checked::broken(&objects, AUTH, |it| at(it, CONTAINER)["env"] = env);
    assert!(problems(&with(from("gone", "RUST_LOG"))).iter().any(|it| it.contains("gone")));
    assert!(problems(&with(from(settings, "RUST_LOGS"))).iter().any(|it| it.contains("RUST_LOGS")));
    assert!(!problems(&with(from(settings, "RUST_LOG"))).iter().any(|it| it.contains("RUST_LOG")));
    let breaks: &[Break] = &[
        (AUTH, |it| at(it, CONTAINER)["envFrom"] = json!([{ "configMapRef": { "name": "gone" } }]), "gone"),
        (AUTH, |it| at(it, CONTAINER)["volumeMounts"] = json!([{ "name": "gone" }]), "volume gone"),
        (AUTH, |it| at(it, POD)["serviceAccountName"] = "gone".into(), "ServiceAccount gone"),
        (AUTH, |it| at(it, POD)["priorityClassName"] = "gone".into(), "PriorityClass gone"),
        (AUTH, |it| at(it, POD)["volumes"] = json!([{ "name": "x", "configMap": { "name": "gone" } }]), "gone"),
        (
            AUTH,
            |it| at(it, POD)["volumes"] = json!([{ "name": "x", "persistentVolumeClaim": { "claimName": "gone" } }]),
            "PersistentVolumeClaim gone",
        ),
        (MONGO, |it| at(it, "/spec/volumeClaimTemplates/0/metadata")["name"] = "other".into(), "volume data"),
    ];
    finds(Set::Prod, breaks, problems);
    finds(
        Set::Prod,
        &[("PersistentVolumeClaim/mongo-backup", |it| at(it, "/metadata")["name"] = "spare".into(), "for nobody")],
        unused,
    );
}
