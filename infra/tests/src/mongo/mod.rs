//! A member finds its replica set, also after the whole cluster was down.

mod name;

use crate::support::prelude::*;

/// The replica sets, with their pods.
fn sets(objects: &[Value]) -> impl Iterator<Item = (&Value, &Value)> {
    lasting(objects).filter(|(it, _)| text(it, "/metadata/labels/app.kubernetes.io~1component") == "mongo")
}

/// Runs a script of mongosh beside a mongod in a state: see `mongosh.js`.
fn mongosh(script: &str, state: &str) -> Output {
    run_node(&[concat!(env!("CARGO_MANIFEST_DIR"), "/src/mongo/mongosh.js"), state], script)
}

fn replica_set(state: &str) -> Output {
    mongosh(&read("infra/k8s/config/replica-set.js"), state)
}

#[test]
fn the_script_initiates_a_replica_set_and_its_users_once() {
    let first = replica_set("new");
    for step in
        ["initiated auth-mongo", "created root", "created backup", "created auth", "auth-mongo has its 1 member(s)"]
    {
        assert!(first.success && first.stdout.contains(step), "no {step:?} in {}", first.all());
    }
    let again = replica_set("in");
    assert!(again.success && !again.all().contains("initiated") && !again.all().contains("root"), "{}", again.all());
}

#[test]
fn the_script_says_what_to_do_about_a_member_outside_its_set() {
    let output = replica_set("out");
    for part in ["out of auth-mongo", "kubectl delete pod auth-mongo-depl-0"] {
        assert!(!output.success && output.all().contains(part), "no {part:?} in {}", output.all());
    }
}

/// A member outside its set, or without an answer, is not alive; a new one, which waits
/// for its set, is.
fn liveness(objects: &[Value]) -> Vec<String> {
    let mut found = Vec::new();
    for (set, pod) in sets(objects) {
        let mongod = list(pod, "/spec/containers").iter().find(|it| text(it, "/name") == "mongo").unwrap();
        let script = list(mongod, "/livenessProbe/exec/command").last().and_then(Value::as_str).unwrap_or_default();
        for (state, alive) in [("new", true), ("in", true), ("out", false), ("silent", false)] {
            let output = mongosh(script, state);
            if output.success != alive {
                found.push(format!("{}: {state} is alive: {}. {}", title(set), output.success, output.all()));
            }
        }
    }
    found
}

#[test]
fn a_member_outside_its_set_is_restarted() {
    const BREAKS: &[Break] = &[
        ("StatefulSet/auth-mongo-depl c0/livenessProbe/exec/command/4 quit(db.hello().ok?0:1)", "out is alive: true"),
        (
            "StatefulSet/auth-mongo-depl c0/livenessProbe/exec/command/4 'quit(db.hello().setName ? 0 : 1)'",
            "new is alive: false",
        ),
    ];
    check(&[Set::Dev], liveness, BREAKS);
    check(&[Set::Prod], liveness, &[]);
}

#[test]
fn a_member_starts_once_its_name_resolves_to_it() {
    const BREAKS: &[Break] = &[
        ("StatefulSet/auth-mongo-depl pod/initContainers/1", "add an init container"),
        ("StatefulSet/auth-mongo-depl i1/env/2", "waits for"),
        (
            "StatefulSet/auth-mongo-depl i1/command/2 'until getent ahosts \"$POD.$SET-srv\"; do sleep 1; done'",
            "waits for",
        ),
        (
            "StatefulSet/auth-mongo-depl i1/command/2 'until getent ahosts $POD | grep \"^$IP \"; do sleep 1; done'",
            "waits for",
        ),
        ("Service/auth-mongo-srv spec/publishNotReadyAddresses false", "publishNotReadyAddresses"),
    ];
    check(&ALL, name::problems, BREAKS);
    assert!(replica_set("new").stdout.contains("member auth-mongo-depl-0.auth-mongo-srv:27017\n"));
}
