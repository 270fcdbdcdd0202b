//! Who may call whom, by the rules of `NetworkPolicy`.

mod calls;
mod ends;
mod policy;

use serde_json::{Value, json};

use crate::checked::{Break, at, finds, none, remove};
use crate::rendered::{APPLIED, Set};

/// Every port that anything here listens on, and some more.
const PORTS: [u16; 12] = [53, 80, 443, 3000, 4222, 4318, 6222, 6379, 8089, 8222, 9090, 27017];

/// Every call that is allowed though nobody makes it, or made though not allowed.
fn problems(objects: &[Value], calls: &[(&str, &str, u16)]) -> Vec<String> {
    let ends = ends::all(objects);
    let mut found = Vec::new();
    for from in &ends {
        for to in ends.iter().filter(|to| !(from.outside && to.outside)) {
            for port in PORTS {
                let made = calls.contains(&(from.name.as_str(), to.name.as_str(), port));
                let allowed = policy::allows(objects, from, to, port, "TCP");
                if made != allowed {
                    let verb = if made { "may not call" } else { "may call" };
                    found.push(format!("{} {verb} {} at {port}", from.name, to.name));
                }
            }
        }
    }
    found
}

fn of(set: Set) -> impl Fn(&[Value]) -> Vec<String> {
    let calls = calls::of(set);
    move |objects| problems(objects, &calls)
}

#[test]
fn every_call_that_is_made_is_allowed_and_no_other() {
    for set in APPLIED {
        none(&of(set)(&set.objects()));
    }
}

/// Names are looked up by UDP as well.
#[test]
fn everybody_may_ask_for_names() {
    for set in APPLIED {
        let objects = set.objects();
        let ends = ends::all(&objects);
        let dns = ends.iter().find(|end| end.name == "kube-dns").unwrap();
        let ours = ends.iter().filter(|end| end.labels["app.kubernetes.io/part-of"] == "ticketing" && !end.outside);
        for from in ours {
            assert!(policy::allows(&objects, from, dns, 53, "UDP"), "{set:?}: {} asks for no names", from.name);
        }
    }
}

#[test]
fn a_door_left_open_or_shut_is_found() {
    const AUTH: &str = "NetworkPolicy/auth";
    const EGRESS: &str = "/spec/egress";
    const FIRST_PORT: &str = "/spec/egress/0/ports/0";
    let breaks: &[Break] = &[
        (AUTH, |it| remove(it, "/spec", "egress"), "auth may not call auth-mongo at 27017"),
        (AUTH, |it| remove(it, "/spec", "ingress"), "client may not call auth at 3000"),
        (AUTH, |it| *at(it, EGRESS) = json!([{}]), "auth may call internet at 443"),
        (AUTH, |it| *at(it, "/spec/ingress") = json!([{}]), "stranger may call auth at 9090"),
        (AUTH, |it| *at(it, "/spec/podSelector") = json!({}), "ingress-nginx may call expiration at 3000"),
        (AUTH, |it| at(it, FIRST_PORT)["port"] = 27018.into(), "auth may not call auth-mongo at 27017"),
        (AUTH, |it| at(it, FIRST_PORT)["protocol"] = "UDP".into(), "auth may not call auth-mongo at 27017"),
        (
            "NetworkPolicy/orders-mongo",
            |it| *at(it, "/spec/ingress") = json!([{ "from": [{ "podSelector": {} }] }]),
            "stranger may call orders-mongo at 27017",
        ),
        (
            "NetworkPolicy/orders-mongo",
            |it| *at(it, "/spec/ingress") = json!([{ "from": [{ "namespaceSelector": {} }] }]),
            "neighbour may call orders-mongo at 27017",
        ),
        (
            "NetworkPolicy/payments",
            |it| *at(it, EGRESS) = json!([{ "to": [{ "ipBlock": { "cidr": "0.0.0.0/0" } }] }]),
            "payments may call metadata at 80",
        ),
    ];
    finds(Set::Dev, breaks, of(Set::Dev));
    // In a namespace of its own, the shop denies what it did not start itself, too.
    let all: &[Break] = &[(
        "NetworkPolicy/default-deny",
        |it| *at(it, "/spec/podSelector") = json!({ "matchLabels": { "app": "nobody" } }),
        "neighbour may call stranger at 80",
    )];
    finds(Set::Prod, all, of(Set::Prod));
}
