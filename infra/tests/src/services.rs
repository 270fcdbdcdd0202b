//! Who reaches whom by which name.

use serde_json::{Value, json};

use crate::checked::{Break, at, finds, holds};
use crate::objects::{containers, has_labels, kind, lasting, list, name, namespace, of_kind, text, title};
use crate::probes::port;
use crate::rendered::{ALL, Set};

/// The namespace of the ingress controller, whose pods are not in our manifests.
const ELSEWHERE: &str = "ingress-nginx";

/// Each Service leads to one workload, at ports that it has; each `StatefulSet`
/// has the Service that names its pods, and each Ingress leads to Services.
fn problems(objects: &[Value]) -> Vec<String> {
    let ours = of_kind(objects, "Service").filter(|service| namespace(service) != ELSEWHERE);
    let mut found: Vec<String> = ours.flat_map(|service| of_service(service, objects)).collect();
    for set in of_kind(objects, "StatefulSet") {
        let wanted = text(set, "/spec/serviceName");
        let names_it = |service: &Value| {
            name(service) == wanted && text(service, "/spec/clusterIP") == "None" && leads_to(service, set)
        };
        if !of_kind(objects, "Service").any(names_it) {
            found.push(format!("{}: no headless Service {wanted} names its pods", title(set)));
        }
    }
    for backend in of_kind(objects, "Ingress").flat_map(backends) {
        let (service, number) = (text(backend, "/name"), backend.pointer("/port/number"));
        let serves =
            |it: &Value| name(it) == service && list(it, "/spec/ports").iter().any(|port| port.get("port") == number);
        if !of_kind(objects, "Service").any(serves) {
            found.push(format!("an Ingress leads to {service}, port {number:?}, which is not there"));
        }
    }
    found
}

fn of_service(service: &Value, objects: &[Value]) -> Vec<String> {
    let selected: Vec<_> = lasting(objects).filter(|(object, _)| leads_to(service, object)).collect();
    let [(workload, pod)] = selected.as_slice() else {
        let names: Vec<String> = selected.iter().map(|(object, _)| title(object)).collect();
        return vec![format!("{} selects {} workloads, not one: {names:?}", title(service), names.len())];
    };
    let lost = list(service, "/spec/ports").iter().filter(|entry| {
        let target = entry.get("targetPort").unwrap_or(&entry["port"]);
        !containers(pod).iter().any(|container| port(container, target).is_some())
    });
    lost.map(|port| format!("{}: {} has no port for {port}", title(service), title(workload))).collect()
}

fn leads_to(service: &Value, workload: &Value) -> bool {
    let selector = service.pointer("/spec/selector").unwrap_or(&Value::Null);
    let pod = crate::objects::pod(workload).unwrap_or(&Value::Null);
    let some = selector.as_object().is_some_and(|selector| !selector.is_empty());
    some && namespace(service) == namespace(workload) && has_labels(pod, selector)
}

fn backends(ingress: &Value) -> impl Iterator<Item = &Value> {
    let paths = list(ingress, "/spec/rules").iter().flat_map(|rule| list(rule, "/http/paths"));
    paths.filter_map(|path| path.pointer("/backend/service"))
}

/// A workload's own selector must find its pods, and nobody else's.
fn overlaps(objects: &[Value]) -> Vec<String> {
    let mut found = Vec::new();
    for (owner, _) in lasting(objects) {
        let selector = owner.pointer("/spec/selector/matchLabels").unwrap_or(&Value::Null);
        let matched = lasting(objects).filter(|(_, pod)| has_labels(pod, selector)).map(|(object, _)| name(object));
        let matched: Vec<&str> = matched.collect();
        if matched != [name(owner)] {
            found.push(format!("{} {}: its selector finds {matched:?}", kind(owner), name(owner)));
        }
    }
    found
}

#[test]
fn every_service_leads_to_one_workload_at_a_port_that_it_has() {
    holds(&ALL, problems);
    holds(&ALL, overlaps);
}

#[test]
fn a_service_that_leads_nowhere_is_found() {
    const AUTH: &str = "Service/auth-srv";
    let breaks: &[Break] = &[
        (AUTH, |it| at(it, "/spec/selector")["app"] = "auht".into(), "selects 0"),
        (AUTH, |it| *at(it, "/spec/selector") = json!({ "app.kubernetes.io/component": "program" }), "selects 6"),
        (AUTH, |it| *at(it, "/spec/selector") = json!({}), "selects 0"),
        (AUTH, |it| at(it, "/spec/ports/0")["targetPort"] = "https".into(), "no port for"),
        (AUTH, |it| at(it, "/spec/ports/0")["port"] = 80.into(), "an Ingress leads to auth-srv"),
        (AUTH, |it| at(it, "/metadata")["namespace"] = "default".into(), "selects 0"),
        ("Deployment/auth-depl", |it| at(it, "/spec/template/metadata/labels")["app"] = "tickets".into(), "selects 2"),
        ("Service/auth-mongo-srv", |it| *at(it, "/spec/clusterIP") = "".into(), "no headless Service"),
    ];
    finds(Set::Prod, breaks, problems);
    let other: &[Break] =
        &[("Deployment/auth-depl", |it| *at(it, "/spec/selector/matchLabels") = json!({ "app": "orders" }), "finds")];
    finds(Set::Dev, other, overlaps);
}
