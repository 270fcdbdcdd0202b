//! Programs are told to stop, and do so in their time.

use serde_json::{Value, json};

use crate::checked::{Break, at, finds, holds, remove};
use crate::objects::{containers, lasting, number, our_program, text, title};
use crate::rendered::{APPLIED, Set};

/// What a program of ours gives itself from SIGTERM to its exit.
const DRAIN_SECONDS: u64 = 20;

/// A program is told to stop when nobody is sent to it any more, and has the time
/// that it gives itself.
fn drains(objects: &[Value]) -> Vec<String> {
    let mut found = Vec::new();
    for (object, pod) in lasting(objects) {
        let grace = number(pod, "/spec/terminationGracePeriodSeconds").unwrap_or(30);
        for container in containers(pod).iter().filter(|container| our_program(container).is_some()) {
            let pause = number(container, "/lifecycle/preStop/sleep/seconds").unwrap_or(0);
            if pause < 5 {
                found.push(format!("{}: stops before the proxies know, after {pause} s", title(object)));
            }
            if grace <= pause + DRAIN_SECONDS {
                found.push(format!("{}: has {grace} s, takes {pause} + {DRAIN_SECONDS}", title(object)));
            }
        }
        if text(object, "/spec/strategy/type") == "Recreate" {
            found.push(format!("{}: is away while it is replaced", title(object)));
        }
    }
    found
}

#[test]
fn a_program_has_the_time_to_finish_what_it_does() {
    const POD: &str = "/spec/template/spec";
    const CONTAINER: &str = "/spec/template/spec/containers/0";
    holds(&APPLIED, drains);
    let breaks: &[Break] = &[
        ("Deployment/auth-depl", |it| at(it, POD)["terminationGracePeriodSeconds"] = 30.into(), "has 30 s"),
        ("Deployment/auth-depl", |it| remove(it, CONTAINER, "lifecycle"), "before the proxies know"),
        ("Deployment/auth-depl", |it| at(it, "/spec")["strategy"] = json!({ "type": "Recreate" }), "is away"),
    ];
    finds(Set::Dev, breaks, drains);
}
