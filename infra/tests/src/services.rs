//! Names lead to pods.

use crate::probes::port;
use crate::support::prelude::*;

/// The ingress controller's namespace, whose pods are not in these manifests.
const ELSEWHERE: &str = "ingress-nginx";

/// Each Service selects one workload, at ports that it has.
fn service_problems(objects: &[Value]) -> Vec<String> {
    let mut found = Vec::new();
    for service in of_kind(objects, "Service").filter(|service| namespace(service) != ELSEWHERE) {
        let selected: Vec<_> = lasting(objects).filter(|(object, pod)| selects(service, object, pod)).collect();
        let [(workload, pod)] = selected.as_slice() else {
            found.push(format!("{} selects {} workloads, not one", title(service), selected.len()));
            continue;
        };
        for entry in list(service, "/spec/ports") {
            let target = entry.get("targetPort").unwrap_or(&entry["port"]);
            if !list(pod, "/spec/containers").iter().any(|container| port(container, target).is_some()) {
                found.push(format!("{}: {} has no port {target}", title(service), title(workload)));
            }
        }
    }
    found
}

fn selects(service: &Value, workload: &Value, pod: &Value) -> bool {
    let selector = &service["spec"]["selector"];
    let some = selector.as_object().is_some_and(|selector| !selector.is_empty());
    some && namespace(service) == namespace(workload) && has_labels(pod, selector)
}

/// Each `StatefulSet` has a headless Service, each Ingress leads to Services, and each
/// workload's selector finds its own pods alone.
fn problems(objects: &[Value]) -> Vec<String> {
    let mut found = service_problems(objects);
    let service = |named: &str| of_kind(objects, "Service").find(|it| name(it) == named);
    for (workload, pod) in lasting(objects) {
        if let Some(wanted) = workload.pointer("/spec/serviceName").and_then(Value::as_str) {
            let names = |it: &Value| text(it, "/spec/clusterIP") == "None" && selects(it, workload, pod);
            if !service(wanted).is_some_and(names) {
                found.push(format!("{}: no headless Service {wanted} names its pods", title(workload)));
            }
        }
        let selector = &workload["spec"]["selector"]["matchLabels"];
        let selected: Vec<_> = lasting(objects).filter(|(_, pod)| has_labels(pod, selector)).collect();
        if selected.iter().map(|(it, _)| title(it)).ne([title(workload)]) {
            found.push(format!("{}: its selector finds {} workloads or another", title(workload), selected.len()));
        }
    }
    for backend in of_kind(objects, "Ingress").flat_map(|it| deep(it, "backend")).map(|it| &it["service"]) {
        let serves = |it: &Value| list(it, "/spec/ports").iter().any(|port| port["port"] == backend["port"]["number"]);
        if !service(text(backend, "/name")).is_some_and(serves) {
            found.push(format!("an Ingress leads to {backend}, which does not exist"));
        }
    }
    found
}

#[test]
fn every_service_leads_to_one_workload_at_a_port_that_it_has() {
    const BREAKS: &[Break] = &[
        ("Service/auth-srv spec/selector/app auht", "selects 0"),
        ("Service/auth-srv spec/selector {app.kubernetes.io/component: program}", "selects 6"),
        ("Service/auth-srv spec/selector {}", "selects 0"),
        ("Service/auth-srv spec/ports/0/targetPort https", "has no port"),
        ("Service/auth-srv spec/ports/0/port 80", "an Ingress leads to"),
        ("Service/auth-srv metadata/namespace default", "selects 0"),
        ("Deployment/auth-depl spec/template/metadata/labels/app tickets", "selects 2"),
        ("Service/auth-mongo-srv spec/clusterIP", "no headless Service"),
        ("Deployment/auth-depl spec/selector/matchLabels/app orders", "its selector finds"),
    ];
    check(&APPLIED, problems, BREAKS);
}
