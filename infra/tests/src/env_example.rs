//! `.env.example` lists the variables that a person may set, and no others.

use std::path::Path;

use xtask::env::SERVICE_VARIABLES;

use crate::support::prelude::*;

/// The stack sets these itself for each program.
const SET_BY_THE_STACK: [&str; 6] = ["PORT", "AUTH_URL", "TICKETS_URL", "ORDERS_URL", "PAYMENTS_URL", "SITE_DIR"];

/// The names in the file, where each assignment is commented out.
fn listed(text: &str) -> BTreeSet<String> {
    let assignments = text.lines().filter_map(|line| line.strip_prefix("# ").unwrap_or(line).split_once('='));
    let is_name = |name: &str| name.starts_with(|c: char| c.is_ascii_uppercase()) && !name.contains(' ');
    assignments.map(|(name, _)| name.to_owned()).filter(|name| is_name(name)).collect()
}

/// Whether a source file below a folder reads a variable.
fn is_read(folder: &Path, name: &str) -> bool {
    let entries = std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    entries.into_iter().any(|path| match path.extension() {
        Some(end) if end == "rs" => std::fs::read_to_string(&path).unwrap().contains(&format!("\"{name}\")")),
        _ => is_read(&path, name),
    })
}

#[test]
fn the_example_lists_every_variable_that_the_local_stack_and_its_tests_read() {
    let listed = listed(&read(".env.example"));
    let of_services: BTreeSet<_> = SERVICE_VARIABLES.iter().filter(|it| !SET_BY_THE_STACK.contains(it)).collect();
    for name in of_services.iter().copied().chain(&["TEST_MONGO_URI", "TEST_NATS_URL", "TEST_REDIS_URL"]) {
        assert!(listed.contains(*name), ".env.example lacks {name}");
    }
    let folders: Vec<_> = packages().iter().map(|it| workspace_root().join(&it.folder).join("src")).collect();
    let others = listed.iter().filter(|name| !of_services.contains(&name.as_str()));
    for name in others {
        assert!(folders.iter().any(|folder| is_read(folder, name)), "no program reads {name} of .env.example");
    }
    assert!(!folders.iter().any(|folder| is_read(folder, &["NOBODY", "READS"].join("_"))), "everything counts as read");
}
