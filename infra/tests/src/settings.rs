//! What is configured in one place is configured there only, and heard.

use serde_json::Value;

use crate::checked::{Break, at, finds, holds};
use crate::objects::{all_containers, entries, list, name, of_kind, text, workloads};
use crate::rendered::{APPLIED, Set};

/// Each setting is read by a container, or is written into an object.
fn problems(objects: &[Value]) -> Vec<String> {
    let is_settings = |map: &&Value| name(map).starts_with("settings");
    let references = || {
        let containers = workloads(objects).flat_map(|(_, pod)| all_containers(pod));
        containers.flat_map(|it| list(it, "/env")).filter_map(|entry| entry.pointer("/valueFrom/configMapKeyRef"))
    };
    let mut found = Vec::new();
    for (key, value) in of_kind(objects, "ConfigMap").filter(is_settings).flat_map(|map| entries(map, "/data")) {
        let heard = match key {
            "DOMAIN" => of_kind(objects, "Ingress").all(|ingress| {
                let hosts = list(ingress, "/spec/rules").iter().map(|rule| text(rule, "/host"));
                let certified = list(ingress, "/spec/tls").iter().flat_map(|tls| list(tls, "/hosts"));
                hosts.chain(certified.filter_map(Value::as_str)).all(|host| host == value)
            }),
            "CERTIFICATE_EMAIL" => of_kind(objects, "Issuer").all(|it| text(it, "/spec/acme/email") == value),
            _ => references().any(|reference| text(reference, "/key") == key),
        };
        if !heard {
            found.push(format!("nobody hears {key}={value}"));
        }
    }
    found
}

/// By the domain's scheme, cookies travel by HTTPS or not.
fn secure_problems(objects: &[Value]) -> Vec<String> {
    let maps = of_kind(objects, "ConfigMap").flat_map(|map| entries(map, "/data"));
    let secure: Vec<&str> = maps.filter(|(key, _)| *key == "COOKIE_SECURE").map(|(_, value)| value).collect();
    let https = of_kind(objects, "Ingress").any(|ingress| !list(ingress, "/spec/tls").is_empty());
    let wanted = if https { "true" } else { "false" };
    (secure != [wanted])
        .then(|| format!("COOKIE_SECURE is {secure:?}, the shop's address takes {wanted}"))
        .into_iter()
        .collect()
}

#[test]
fn every_setting_is_heard() {
    holds(&APPLIED, problems);
    holds(&APPLIED, secure_problems);
}

#[test]
fn a_setting_that_nobody_hears_is_found() {
    let host: &[Break] = &[(
        "Ingress/ingress-srv",
        |it| at(it, "/spec/rules/0")["host"] = "other.example".into(),
        "nobody hears DOMAIN",
    )];
    finds(Set::Prod, host, problems);
    let mut objects = Set::Dev.objects();
    let settings = objects.iter_mut().find(|it| name(it).starts_with("settings")).unwrap();
    settings["data"]["ODRER_HOLD_SECONDS"] = "900".into();
    settings["data"]["COOKIE_SECURE"] = "true".into();
    assert!(problems(&objects).iter().any(|it| it.contains("ODRER_HOLD_SECONDS")));
    assert!(secure_problems(&objects).iter().any(|it| it.contains("COOKIE_SECURE")));
}
