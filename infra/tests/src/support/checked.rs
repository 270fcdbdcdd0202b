//! Every check is a function from objects to problems. It must find nothing in the
//! manifests, and each break in copies that are broken on purpose.

use serde_json::Value;

use super::objects::{kind, title};
use super::rendered::Set;

/// A change that breaks an object, and a part of the problem that must be reported.
/// The change names the object, a JSON pointer, and the YAML to put there; without it,
/// what the pointer names is removed. `pod` stands for a pod's spec, `c0` for its first
/// container: `Deployment/auth-depl c0/image nats:latest`.
pub type Break = (&'static str, &'static str);

/// Asserts that a check finds nothing in any of the sets, and each break in every set
/// that has the object.
pub fn check(sets: &[Set], problems: impl Fn(&[Value]) -> Vec<String>, breaks: &[Break]) {
    for set in sets {
        none(set, &problems(set.objects()));
    }
    for (change, message) in breaks {
        let copies: Vec<_> = sets.iter().filter_map(|set| broken(set.objects(), change)).collect();
        assert!(!copies.is_empty(), "no set has the object of {change:?}");
        for copy in copies {
            found(change, message, &problems(&copy));
        }
    }
}

/// Asserts that there are no problems.
pub fn none(place: impl std::fmt::Debug, problems: &[String]) {
    assert!(problems.is_empty(), "{place:?} has {} problem(s):\n  {}", problems.len(), problems.join("\n  "));
}

/// Asserts that a break has been reported.
pub fn found(change: &str, message: &str, problems: &[String]) {
    assert!(problems.iter().any(|it| it.contains(message)), "{change:?} must report {message:?}, not {problems:?}");
}

/// The messages of the rules that are not kept.
pub fn unkept<M: Into<String>>(rules: impl IntoIterator<Item = (bool, M)>) -> Vec<String> {
    rules.into_iter().filter(|(kept, _)| !kept).map(|(_, message)| message.into()).collect()
}

/// A copy with one change; nothing if there is no such object. A `*` at the end of a
/// name stands for the hash that kustomize appends.
pub fn broken(objects: &[Value], change: &str) -> Option<Vec<Value>> {
    let (wanted, change) = change.split_once(' ').unwrap();
    let is_it = |it: &Value| wanted.strip_suffix('*').map_or(title(it) == wanted, |start| title(it).starts_with(start));
    let place = objects.iter().position(is_it)?;
    let mut copy = objects.to_vec();
    edit(&mut copy[place], change);
    Some(copy)
}

/// Puts a YAML value at a pointer, or removes what is there. In a list, `-` appends.
pub fn edit(value: &mut Value, change: &str) {
    let (pointer, new) = change.split_once(' ').map_or((change, None), |(pointer, yaml)| (pointer, Some(yaml)));
    let pointer = expanded(value, pointer);
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = value.pointer_mut(parent).unwrap_or_else(|| panic!("nothing at {parent} to change"));
    let new: Option<Value> = new.map(|yaml| serde_yaml_ng::from_str(yaml).unwrap());
    match (parent, new) {
        (Value::Object(map), Some(new)) => _ = map.insert(key.replace("~1", "/"), new),
        (Value::Object(map), None) => assert!(map.remove(&key.replace("~1", "/")).is_some(), "no {pointer} to remove"),
        (Value::Array(list), new) => {
            let place = key.parse().unwrap_or(list.len());
            list.splice(place..list.len().min(place + 1), new);
        }
        (other, _) => panic!("{other} has no {key}"),
    }
}

/// The pointer without its abbreviations.
fn expanded(object: &Value, pointer: &str) -> String {
    let pod = if kind(object) == "CronJob" { "/spec/jobTemplate/spec/template/spec" } else { "/spec/template/spec" };
    let (first, rest) = pointer.split_once('/').unwrap_or((pointer, ""));
    match first {
        "pod" => format!("{pod}/{rest}"),
        "c0" => format!("{pod}/containers/0/{rest}"),
        "i0" => format!("{pod}/initContainers/0/{rest}"),
        "i1" => format!("{pod}/initContainers/1/{rest}"),
        _ => format!("/{pointer}"),
    }
}
