//! The fields that skaffold's schema allows. It refuses a file with any other.

use crate::support::prelude::*;

/// Of the schema, the parts that this repository uses: a path, in which `*` is any entry
/// of a list, and the fields that it may have.
const FIELDS: &str = include_str!("fields.txt");

/// A profile has these in place of the head of the whole file.
const OF_PROFILES: [&str; 4] = ["name", "activation", "requiresAllActivations", "patches"];
const HEAD: [&str; 5] = ["apiVersion", "kind", "metadata", "requires", "profiles"];

/// Everything at a path.
fn all_at<'a>(value: &'a Value, path: &str) -> Vec<&'a Value> {
    path.split('/').filter(|part| !part.is_empty()).fold(vec![value], |found, part| {
        let step = |value: &'a Value| match part {
            "*" => value.as_array().map(|list| list.iter().collect()).unwrap_or_default(),
            name => value.get(name).into_iter().collect::<Vec<_>>(),
        };
        found.into_iter().flat_map(step).collect()
    })
}

/// The fields of a configuration that skaffold does not know.
pub fn unknown_fields(config: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let profiles = list(config, "/profiles").iter().map(|it| (format!("profile {}: ", text(it, "/name")), it));
    for (place, part) in [(String::new(), config)].into_iter().chain(profiles) {
        for line in FIELDS.lines() {
            let (path, fields) = line.split_once(' ').unwrap();
            let of_profile = path == "/" && !place.is_empty();
            let known = |key: &str| match of_profile {
                true if HEAD.contains(&key) => false,
                true if OF_PROFILES.contains(&key) => true,
                _ => fields.split(' ').any(|field| field == key),
            };
            let keys = all_at(part, path).into_iter().filter_map(Value::as_object).flat_map(|object| object.keys());
            let unknown = keys.filter(|key| !known(key));
            found.extend(unknown.map(|key| format!("{place}skaffold has no {}/{key}", path.trim_end_matches('/'))));
        }
    }
    found
}
