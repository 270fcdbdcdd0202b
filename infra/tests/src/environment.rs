//! The variables that a manifest sets are those that its program reads.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use xtask::env::SERVICE_VARIABLES;

use crate::checked::{Break, at, finds, holds};
use crate::objects::{all_containers, list, our_program, text, title, workloads};
use crate::readmes::{EVERYWHERE, variables};
use crate::rendered::{APPLIED, Set};

/// Variables that nobody reads: neither the program nor another variable.
fn unknown(objects: &[Value]) -> Vec<String> {
    let mut found = Vec::new();
    for (object, pod) in workloads(objects) {
        for container in all_containers(pod) {
            let Some(program) = our_program(container) else { continue };
            let known = known(program, container);
            let entries = list(container, "/env");
            let quoted = |name: &str| entries.iter().any(|it| text(it, "/value").contains(&format!("$({name})")));
            let strange = entries.iter().map(|entry| text(entry, "/name"));
            let strange = strange.filter(|name| !known.contains(*name) && !quoted(name));
            found.extend(strange.map(|name| format!("{}: nobody reads {name}", title(object))));
            let names: BTreeSet<&str> = entries.iter().map(|entry| text(entry, "/name")).collect();
            if names.len() < entries.len() {
                found.push(format!("{}: a variable is set twice", title(object)));
            }
        }
    }
    found
}

/// What a container's program reads.
fn known(program: &str, container: &Value) -> BTreeSet<String> {
    let own: Vec<String> = match program {
        "xtask" => of_command(container).map(|(name, _)| name.to_owned()).collect(),
        program => variables(program).into_keys().collect(),
    };
    EVERYWHERE.into_iter().map(str::to_owned).chain(own).collect()
}

/// What the operator's commands read where no stack runs (`Inventory::find`), and
/// whether they need it.
fn of_command(container: &Value) -> impl Iterator<Item = (&'static str, bool)> {
    let broker = [("NATS_URL", true), ("EVENTS_PREFIX", false)];
    let documents = [
        ("TICKETS_MONGO_URI", true),
        ("ORDERS_MONGO_URI", true),
        ("PAYMENTS_MONGO_URI", true),
        ("PAYMENT_GRACE_SECONDS", false),
    ];
    let command = list(container, "/args").first().and_then(Value::as_str);
    let reads_documents = matches!(command, Some("audit" | "recover"));
    broker.into_iter().chain(documents.into_iter().filter(move |_| reads_documents))
}

/// What an operator's command lacks.
fn missing(objects: &[Value]) -> Vec<String> {
    let mut found = Vec::new();
    for (object, pod) in workloads(objects) {
        for container in all_containers(pod).filter(|it| our_program(it) == Some("xtask")) {
            let set: Vec<&str> = list(container, "/env").iter().map(|entry| text(entry, "/name")).collect();
            let lacks = of_command(container).filter(|(name, needed)| *needed && !set.contains(name));
            found.extend(lacks.map(|(name, _)| format!("{}: lacks {name}", title(object))));
        }
    }
    found
}

#[test]
fn the_operators_commands_are_told_where_the_stores_are() {
    const ENV: &str = "/spec/jobTemplate/spec/template/spec/containers/0/env";
    holds(&APPLIED, missing);
    finds(
        Set::Prod,
        &[
            ("CronJob/audit", |it| *at(it, ENV) = json!([]), "lacks ORDERS_MONGO_URI"),
            ("CronJob/dead-letters", |it| *at(it, ENV) = json!([]), "lacks NATS_URL"),
        ],
        missing,
    );
}

#[test]
fn no_program_is_given_a_variable_that_it_does_not_read() {
    const ENV: &str = "/spec/template/spec/containers/0/env";
    const AUDIT: &str = "/spec/jobTemplate/spec/template/spec/containers/0/env/0";
    holds(&APPLIED, unknown);
    let breaks: &[Break] = &[
        ("Deployment/auth-depl", |it| at(it, ENV)[0] = json!({ "name": "MONGO_URL", "value": "x" }), "reads MONGO_URL"),
        ("Deployment/auth-depl", |it| at(it, ENV)[0] = json!({ "name": "REDIS_URL", "value": "x" }), "reads REDIS_URL"),
        (
            "Deployment/auth-depl",
            |it| {
                let all = at(it, ENV).as_array_mut().unwrap();
                all.push(all[0].clone());
            },
            "set twice",
        ),
        ("CronJob/audit", |it| *at(it, AUDIT) = json!({ "name": "MONGO_URL_OF_AUTH", "value": "x" }), "OF_AUTH"),
    ];
    finds(Set::Prod, breaks, unknown);
}

#[test]
fn the_stack_knows_every_variable_of_the_readmes() {
    for program in ["auth", "tickets", "orders", "payments", "expiration", "client"] {
        for name in variables(program).into_keys() {
            assert!(SERVICE_VARIABLES.contains(&name.as_str()), "xtask::env does not know {program}'s {name}");
        }
    }
}
