//! A database finds itself in its set, also after the whole cluster was away.

mod name;

use serde_json::Value;
use xtask::env::workspace_root;

use crate::checked::{Break, at, finds, holds};
use crate::node;
use crate::objects::{containers, list, of_kind, pod, text, title};
use crate::rendered::{ALL, Set};

/// The replica sets.
fn sets(objects: &[Value]) -> impl Iterator<Item = &Value> {
    let is_one = |it: &&Value| text(it, "/metadata/labels/app.kubernetes.io~1component") == "mongo";
    of_kind(objects, "StatefulSet").filter(is_one)
}

/// What a script says, and whether it was content, with a mongod in that state.
fn mongosh(script: &str, mongod: &str) -> (bool, String) {
    const MONGOSH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/mongo/mongosh.js");
    let output = node::run(&[MONGOSH, mongod], script);
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    (output.status.success(), said.concat())
}

fn replica_set(mongod: &str) -> (bool, String) {
    let file = workspace_root().join("infra/k8s/config/replica-set.js");
    mongosh(&std::fs::read_to_string(file).unwrap(), mongod)
}

#[test]
fn a_set_is_founded_with_its_users_once() {
    let (content, said) = replica_set("new");
    for step in ["founded auth-mongo", "made root", "made backup", "made auth", "auth-mongo has its 1 member(s)"] {
        assert!(content && said.contains(step), "no {step:?} in {said}");
    }
    let (content, said) = replica_set("in");
    assert!(content && !said.contains("founded") && !said.contains("root"), "{said}");
}

#[test]
fn a_member_that_is_out_of_its_set_says_so_and_what_helps() {
    let (content, said) = replica_set("out");
    assert!(!content && said.contains("out of auth-mongo"), "{said}");
    assert!(said.contains("kubectl delete pod auth-mongo-depl-0"), "{said}");
}

/// Who is out of its set is no longer alive; a new one, which waits for its set, is.
fn lives(objects: &[Value]) -> Vec<String> {
    let mut found = Vec::new();
    for set in sets(objects) {
        let mongod = containers(pod(set).unwrap()).iter().find(|it| text(it, "/name") == "mongo").unwrap();
        let script = list(mongod, "/livenessProbe/exec/command").last().and_then(Value::as_str).unwrap_or_default();
        for (state, lives) in [("new", true), ("in", true), ("out", false), ("silent", false)] {
            let (content, said) = mongosh(script, state);
            if content != lives {
                found.push(format!("{}: {state}, and its life is {content}: {said}", title(set)));
            }
        }
    }
    found
}

#[test]
fn a_member_that_is_out_of_its_set_is_started_anew() {
    const SCRIPT: &str = "/spec/template/spec/containers/0/livenessProbe/exec/command/4";
    const SET: &str = "StatefulSet/auth-mongo-depl";
    holds(&[Set::Dev, Set::Prod], lives);
    let breaks: &[Break] = &[
        (SET, |it| *at(it, SCRIPT) = "quit(db.hello().ok ? 0 : 1)".into(), "out, and its life is true"),
        (SET, |it| *at(it, SCRIPT) = "quit(db.hello().setName ? 0 : 1)".into(), "new, and its life is false"),
    ];
    finds(Set::Dev, breaks, lives);
}

#[test]
fn a_member_starts_when_its_name_leads_to_it() {
    const SET: &str = "StatefulSet/auth-mongo-depl";
    const BEFORE: &str = "/spec/template/spec/initContainers";
    const SCRIPT: &str = "/spec/template/spec/initContainers/1/command/2";
    holds(&ALL, name::problems);
    let breaks: &[Break] = &[
        (SET, |it| at(it, BEFORE).as_array_mut().unwrap().truncate(1), "nobody waits"),
        (SET, |it| at(it, "/spec/template/spec/initContainers/1/env").as_array_mut().unwrap().truncate(2), "waits"),
        (SET, |it| *at(it, SCRIPT) = "until getent ahosts \"$POD.$SET-srv\"; do sleep 1; done".into(), "waits for"),
        (SET, |it| *at(it, SCRIPT) = "until getent ahosts $POD | grep \"^$IP \"; do sleep 1; done".into(), "waits for"),
        ("Service/auth-mongo-srv", |it| at(it, "/spec")["publishNotReadyAddresses"] = false.into(), "is ready"),
    ];
    finds(Set::Dev, breaks, name::problems);
}
