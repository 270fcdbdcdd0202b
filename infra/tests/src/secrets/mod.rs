//! No manifest holds a Secret: a script makes the stores' passwords, cert-manager the
//! certificate, and a person the rest, as the documents say.

mod made;

use crate::support::prelude::*;
use made::{Secrets, by_hand, made_by_script};

/// The Secrets and keys that a set's pods read: object, name, key or `*` for all.
fn read(objects: &[Value]) -> Vec<(String, &str, &str)> {
    let mut found = Vec::new();
    for (object, pod) in workloads(objects) {
        let mut add = |name, key| found.push((title(object), name, key));
        for key in deep(pod, "secretKeyRef") {
            add(text(key, "/name"), text(key, "/key"));
        }
        for all in deep(pod, "secretRef") {
            add(text(all, "/name"), "*");
        }
        for volume in deep(pod, "secret") {
            // A projected volume calls it `name`.
            let name = text(volume, if volume.get("name").is_some() { "/name" } else { "/secretName" });
            let items = list(volume, "/items");
            for item in items {
                add(name, text(item, "/key"));
            }
            if items.is_empty() {
                add(name, "*");
            }
        }
    }
    found
}

fn problems(objects: &[Value], made: &Secrets) -> Vec<String> {
    let exists = |name: &str, key: &str| made.get(name).is_some_and(|keys| key == "*" || keys.contains(key));
    let missing = read(objects).into_iter().filter(|(_, name, key)| !exists(name, key));
    let missing = missing.map(|(reader, name, key)| format!("{reader}: no one makes {key} of Secret {name}"));
    let written = of_kind(objects, "Secret").map(|object| format!("{} must not be in a manifest", title(object)));
    missing.chain(written).collect()
}

#[test]
fn every_secret_that_is_read_is_made_and_the_other_way_round() {
    const BREAKS: &[Break] = &[
        (
            "Deployment/auth-depl c0/env/- {valueFrom: {secretKeyRef: {name: jwt-secret, key: KEY}}}",
            "KEY of Secret jwt",
        ),
        ("Deployment/auth-depl pod/volumes [{name: s, secret: {secretName: gone}}]", "Secret gone"),
        ("Deployment/auth-depl c0/envFrom [{secretRef: {name: gone}}]", "Secret gone"),
        ("Service/auth-srv kind Secret", "must not be in a manifest"),
    ];
    let mut made: Secrets = by_hand().into_iter().chain(made_by_script("none")).collect();
    check(&APPLIED, |objects| problems(objects, &made), BREAKS);
    let read = read(Set::ProdWithAll.objects());
    let unread = |name: &str, key: &str| !read.iter().any(|(_, of, it)| *of == name && (*it == key || *it == "*"));
    let all = made.iter().flat_map(|(name, keys)| keys.iter().map(move |key| (name, key)));
    let unread = all.filter(|(name, key)| unread(name, key)).map(|(name, key)| format!("no pod reads {key} of {name}"));
    none("the Secrets", &unread.collect::<Vec<_>>());
    made.remove("nats-secret");
    found("no nats-secret", "Secret nats-secret", &problems(Set::Prod.objects(), &made));
}
