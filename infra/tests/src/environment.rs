//! A manifest sets the variables that its program reads, and no others.

use xtask::env::SERVICE_VARIABLES;

use crate::support::prelude::*;

/// What the operators' commands read in a cluster, and whether they need it.
fn of_command(container: &Value) -> impl Iterator<Item = (&'static str, bool)> {
    let broker = [("NATS_URL", true), ("EVENTS_PREFIX", false)];
    let documents = [
        ("TICKETS_MONGO_URI", true),
        ("ORDERS_MONGO_URI", true),
        ("PAYMENTS_MONGO_URI", true),
        ("PAYMENT_GRACE_SECONDS", false),
    ];
    let reads_documents = matches!(text(container, "/args/0"), "audit" | "recover");
    broker.into_iter().chain(documents.into_iter().filter(move |_| reads_documents))
}

fn problems(objects: &[Value]) -> Vec<String> {
    let mut found = Vec::new();
    for (object, container, program) in ours(objects) {
        let entries = list(container, "/env");
        let set: BTreeSet<&str> = entries.iter().map(|entry| text(entry, "/name")).collect();
        if set.len() < entries.len() {
            found.push(format!("{} sets a variable twice", title(object)));
        }
        let read: Vec<String> = if program == operators() {
            let lacking = of_command(container).filter(|(name, needed)| *needed && !set.contains(name));
            found.extend(lacking.map(|(name, _)| format!("{} must set {name}", title(object))));
            of_command(container).map(|(name, _)| name.to_owned()).collect()
        } else {
            variables(program).into_keys().collect()
        };
        // A variable may also be part of another one.
        let quoted = |name: &str| entries.iter().any(|it| text(it, "/value").contains(&format!("$({name})")));
        let is_read = |name: &str| EVERYWHERE.contains(&name) || read.iter().any(|it| it == name) || quoted(name);
        let unread = set.iter().filter(|name| !is_read(name));
        found.extend(unread.map(|name| format!("{}: {program} does not read {name}", title(object))));
    }
    found
}

#[test]
fn every_program_gets_the_variables_that_it_reads_and_no_others() {
    const BREAKS: &[Break] = &[
        ("Deployment/auth-depl c0/env/0/name MONGO_URL", "does not read MONGO_URL"),
        ("Deployment/auth-depl c0/env/0/name REDIS_URL", "does not read REDIS_URL"),
        ("Deployment/auth-depl c0/env/- {name: MONGO_URI, value: x}", "twice"),
        ("CronJob/audit c0/env/0/name MONGO_URL_OF_AUTH", "does not read MONGO_URL_OF_AUTH"),
        ("CronJob/audit c0/env []", "must set ORDERS_MONGO_URI"),
        ("CronJob/dead-letters c0/env []", "must set NATS_URL"),
    ];
    check(&APPLIED, problems, BREAKS);
}

#[test]
fn the_local_stack_knows_every_variable_of_the_readmes() {
    for program in images().keys().filter(|program| **program != operators()) {
        for name in variables(program).into_keys() {
            assert!(SERVICE_VARIABLES.contains(&name.as_str()), "SERVICE_VARIABLES lacks {program}'s {name}");
        }
    }
}
