//! Everything that a pod names exists, and everything that exists is named.

use crate::support::prelude::*;

/// Where pods name other objects: a key, the kind, and the pointer to the name.
const REFERENCES: [(&str, &str, &str); 6] = [
    ("configMapKeyRef", "ConfigMap", "/name"),
    ("configMapRef", "ConfigMap", "/name"),
    ("configMap", "ConfigMap", "/name"),
    ("persistentVolumeClaim", "PersistentVolumeClaim", "/claimName"),
    ("serviceAccountName", "ServiceAccount", ""),
    ("priorityClassName", "PriorityClass", ""),
];

/// Objects, keys and volumes that are named and missing. (For Secrets see `secrets`.)
fn missing(objects: &[Value]) -> Vec<String> {
    let mut found = Vec::new();
    for (object, pod) in workloads(objects) {
        for (key, kind, pointer) in REFERENCES {
            for reference in deep(pod, key) {
                let wanted = find(objects, kind, text(reference, pointer));
                let entry = (key == "configMapKeyRef").then(|| text(reference, "/key"));
                if wanted.is_none_or(|it| entry.is_some_and(|entry| it["data"].get(entry).is_none())) {
                    found.push(format!("{}: there is no {kind} {reference}", title(object)));
                }
            }
        }
    }
    for (object, pod, container) in every_container(objects) {
        let claims = list(object, "/spec/volumeClaimTemplates").iter().map(name);
        let volumes: Vec<&str> = list(pod, "/spec/volumes").iter().map(|it| text(it, "/name")).chain(claims).collect();
        let mounts = list(container, "/volumeMounts").iter().map(|mount| text(mount, "/name"));
        let lost = mounts.filter(|mount| !volumes.contains(mount));
        found.extend(lost.map(|mount| format!("{}: there is no volume {mount}", title(object))));
    }
    found
}

/// Objects that no pod names.
fn unused(objects: &[Value]) -> Vec<String> {
    let named = |named: &str| workloads(objects).any(|(_, pod)| pod.to_string().contains(&format!("\"{named}\"")));
    let made = ["ConfigMap", "PersistentVolumeClaim", "ServiceAccount", "PriorityClass"];
    let made = made.iter().flat_map(|kind| of_kind(objects, kind));
    // The ingress controller reads the one that has its name.
    let unused = made.filter(|it| !named(name(it)) && name(it) != "ingress-nginx-controller");
    unused.map(|it| format!("{} is not used", title(it))).collect()
}

#[test]
fn everything_that_a_pod_names_exists() {
    const MISSING: &[Break] = &[
        ("Deployment/auth-depl c0/env/- {valueFrom: {configMapKeyRef: {name: gone, key: RUST_LOG}}}", "gone"),
        ("ConfigMap/settings* data/RUST_LOG", "RUST_LOG"),
        ("Deployment/auth-depl c0/envFrom [{configMapRef: {name: gone}}]", "gone"),
        ("Deployment/auth-depl c0/volumeMounts [{name: gone}]", "volume gone"),
        ("Deployment/auth-depl pod/serviceAccountName gone", "ServiceAccount \"gone\""),
        ("Deployment/auth-depl pod/priorityClassName gone", "PriorityClass \"gone\""),
        ("Deployment/auth-depl pod/volumes [{configMap: {name: gone}}]", "gone"),
        ("Deployment/auth-depl pod/volumes [{persistentVolumeClaim: {claimName: gone}}]", "PersistentVolumeClaim"),
        ("StatefulSet/auth-mongo-depl spec/volumeClaimTemplates/0/metadata/name other", "volume data"),
    ];
    check(&APPLIED, missing, MISSING);
    check(&APPLIED, unused, &[("PersistentVolumeClaim/mongo-backup metadata/name spare", "is not used")]);
}
