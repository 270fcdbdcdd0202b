//! Secrets are in no manifest: a script makes the stores' passwords, cert-manager
//! the certificate, and the rest is made by hand, as the documents say.

mod made;

use serde_json::{Value, json};

use crate::checked::{Break, at, broken, finds, none};
use crate::objects::{all_containers, kind, list, text, title, workloads};
use crate::rendered::{APPLIED, Set};
use made::{Secrets, by_hand, made_by_script};

/// Every Secret and key that a set's workloads read.
fn read(objects: &[Value]) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    for (object, pod) in workloads(objects) {
        let mut add = |name: &str, key: &str| found.push((title(object), name.to_owned(), key.to_owned()));
        for container in all_containers(pod) {
            for key in list(container, "/env").iter().filter_map(|entry| entry.pointer("/valueFrom/secretKeyRef")) {
                add(text(key, "/name"), text(key, "/key"));
            }
            for all in list(container, "/envFrom").iter().filter_map(|entry| entry.get("secretRef")) {
                add(text(all, "/name"), "*");
            }
        }
        let volumes = list(pod, "/spec/volumes").iter();
        for source in volumes.clone().flat_map(|volume| list(volume, "/projected/sources")) {
            for item in list(source, "/secret/items") {
                add(text(source, "/secret/name"), text(item, "/key"));
            }
        }
        for secret in volumes.filter_map(|volume| volume.get("secret")) {
            let items = list(secret, "/items");
            for item in items {
                add(text(secret, "/secretName"), text(item, "/key"));
            }
            if items.is_empty() {
                add(text(secret, "/secretName"), "*");
            }
        }
    }
    found
}

fn problems(objects: &[Value], there: &Secrets) -> Vec<String> {
    let made = |name: &str, key: &str| there.get(name).is_some_and(|keys| key == "*" || keys.contains(key));
    let missing = read(objects).into_iter().filter(|(_, name, key)| !made(name, key));
    let missing = missing.map(|(who, name, key)| format!("{who}: nobody makes {key} of Secret {name}"));
    let written = objects.iter().filter(|object| kind(object) == "Secret");
    missing.chain(written.map(|object| format!("{} stands in a manifest", title(object)))).collect()
}

#[test]
fn every_secret_that_is_read_is_made_and_every_one_made_is_read() {
    let there: Secrets = by_hand().into_iter().chain(made_by_script("none")).collect();
    for set in APPLIED {
        none(&problems(&set.objects(), &there));
    }
    let read = read(&Set::ProdWithAll.objects());
    let is_read = |name: &str, key: &str| read.iter().any(|(_, of, it)| of == name && (it == key || it == "*"));
    for (name, keys) in &there {
        for key in keys {
            assert!(is_read(name, key), "nobody reads {key} of Secret {name}");
        }
    }
}

#[test]
fn a_secret_that_nobody_makes_is_found() {
    const ENV: &str = "/spec/template/spec/containers/0/env";
    let there: Secrets = by_hand().into_iter().chain(made_by_script("none")).collect();
    let found = |objects: &[Value]| problems(objects, &there);
    let breaks: &[Break] = &[
        (
            "Deployment/auth-depl",
            |it| {
                *at(it, ENV) =
                    json!([{ "name": "X", "valueFrom": { "secretKeyRef": { "name": "jwt-secret", "key": "KEY" } } }]);
            },
            "KEY of Secret jwt-secret",
        ),
        (
            "Deployment/auth-depl",
            |it| {
                at(it, "/spec/template/spec")["volumes"] = json!([{ "name": "s", "secret": { "secretName": "gone" } }]);
            },
            "Secret gone",
        ),
        ("Service/auth-srv", |it| *at(it, "/kind") = "Secret".into(), "stands in a manifest"),
    ];
    finds(Set::Prod, breaks, found);
    let without: Secrets =
        there.iter().filter(|(name, _)| *name != "nats-secret").map(|(n, k)| (n.clone(), k.clone())).collect();
    let untouched = broken(&Set::Prod.objects(), "Service/auth-srv", |_| {});
    assert!(problems(&untouched, &without).iter().any(|it| it.contains("nats-secret")));
}
