//! What a container may do, and how much it may take.

use serde_json::{Value, json};

use crate::checked::{Break, at, finds, holds, remove};
use crate::objects::{all_containers, list, text, title, workloads};
use crate::rendered::{ALL, Set};

/// Every container of every pod, with what `restricted` and good sense ask of it.
fn problems(objects: &[Value]) -> Vec<String> {
    let mut found = Vec::new();
    for (object, pod) in workloads(objects) {
        for container in all_containers(pod) {
            let broken = rules(pod, container).into_iter().filter(|(kept, _)| !kept);
            let place = format!("{}, {}", title(object), text(container, "/name"));
            found.extend(broken.map(|(_, problem)| format!("{place}: {problem}")));
        }
        let sharing = ["hostNetwork", "hostPID", "hostIPC"];
        let on = sharing.iter().filter(|name| pod.pointer(&format!("/spec/{name}")) == Some(&json!(true)));
        found.extend(on.map(|name| format!("{}: {name} is on", title(object))));
        if list(pod, "/spec/volumes").iter().any(|volume| volume.get("hostPath").is_some()) {
            found.push(format!("{}: mounts a path of its node", title(object)));
        }
        // None of them speaks with Kubernetes.
        if pod.pointer("/spec/automountServiceAccountToken") != Some(&json!(false)) {
            found.push(format!("{}: has a token for Kubernetes' API", title(object)));
        }
    }
    found
}

fn rules(pod: &Value, container: &Value) -> [(bool, &'static str); 9] {
    // The container's own word counts, else the pod's.
    let of = |name: &str| {
        let pointer = format!("/securityContext/{name}");
        container.pointer(&pointer).or_else(|| pod.pointer(&format!("/spec{pointer}")))
    };
    let own = |name: &str| container.pointer(&format!("/securityContext/{name}"));
    let amount = |name: &str| container.pointer(&format!("/resources/{name}")).is_some();
    [
        (of("runAsNonRoot") == Some(&json!(true)), "may run as root"),
        (of("runAsUser").and_then(Value::as_u64).is_some_and(|user| user > 0), "has no numeric user but root"),
        (of("seccompProfile/type") == Some(&json!("RuntimeDefault")), "may make any system call"),
        (own("readOnlyRootFilesystem") == Some(&json!(true)), "may write to its image"),
        (own("allowPrivilegeEscalation") == Some(&json!(false)), "may gain privileges"),
        (own("capabilities/drop") == Some(&json!(["ALL"])) && own("capabilities/add").is_none(), "has capabilities"),
        (own("privileged") != Some(&json!(true)), "is privileged"),
        (amount("requests/cpu") && amount("requests/memory"), "does not say what it needs"),
        (amount("limits/cpu") && amount("limits/memory"), "may take all of its node"),
    ]
}

#[test]
fn every_container_may_do_no_more_than_it_must() {
    holds(&ALL, problems);
}

#[test]
fn a_container_that_may_do_more_is_found() {
    const POD: &str = "/spec/template/spec";
    const CONTAINER: &str = "/spec/template/spec/containers/0";
    const CONTEXT: &str = "/spec/template/spec/containers/0/securityContext";
    const AUTH: &str = "Deployment/auth-depl";
    let breaks: &[Break] = &[
        (AUTH, |it| remove(it, "/spec/template/spec/securityContext", "runAsNonRoot"), "as root"),
        (AUTH, |it| at(it, CONTEXT)["runAsNonRoot"] = false.into(), "as root"),
        (AUTH, |it| at(it, CONTEXT)["runAsUser"] = 0.into(), "numeric user"),
        (AUTH, |it| remove(it, "/spec/template/spec/securityContext", "seccompProfile"), "system call"),
        (AUTH, |it| remove(it, CONTEXT, "readOnlyRootFilesystem"), "write to its image"),
        (AUTH, |it| remove(it, CONTEXT, "allowPrivilegeEscalation"), "gain privileges"),
        (AUTH, |it| at(it, CONTEXT)["capabilities"]["add"] = json!(["NET_ADMIN"]), "capabilities"),
        (AUTH, |it| at(it, CONTEXT)["privileged"] = true.into(), "privileged"),
        (AUTH, |it| remove(it, "/spec/template/spec/containers/0/resources/requests", "cpu"), "what it needs"),
        (AUTH, |it| remove(it, CONTAINER, "resources"), "all of its node"),
        (AUTH, |it| at(it, POD)["hostNetwork"] = true.into(), "hostNetwork"),
        (AUTH, |it| at(it, POD)["volumes"] = json!([{ "name": "etc", "hostPath": { "path": "/etc" } }]), "its node"),
        (AUTH, |it| remove(it, POD, "automountServiceAccountToken"), "token"),
        (
            "StatefulSet/auth-mongo-depl",
            |it| remove(it, "/spec/template/spec/initContainers/0/securityContext", "capabilities"),
            "has capabilities",
        ),
        (
            "CronJob/mongo-backup",
            |it| remove(it, "/spec/jobTemplate/spec/template/spec/containers/0", "securityContext"),
            "write to its image",
        ),
    ];
    finds(Set::Prod, breaks, problems);
}
