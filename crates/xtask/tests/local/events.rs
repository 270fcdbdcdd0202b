//! `docs/asyncapi.json` against the services' code and READMEs: who publishes
//! which event, and who subscribes to it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;
use xtask::env::workspace_root;
use xtask::stack::SERVICES;

/// A service, `send` or `receive`, and an event's type.
type Operation = (String, &'static str, String);

/// What the description says, and each event's type with its subject.
fn described() -> (BTreeSet<Operation>, Vec<(String, String)>) {
    let text = fs::read_to_string(workspace_root().join("docs/asyncapi.json")).unwrap();
    let description: Value = serde_json::from_str(&text).unwrap();
    let operations = description["operations"].as_object().unwrap().values().map(|operation| {
        let action = if operation["action"] == "send" { "send" } else { "receive" };
        let event = operation["channel"]["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
        (operation["tags"][0]["name"].as_str().unwrap().to_owned(), action, event.to_owned())
    });
    let channels = description["channels"].as_object().unwrap().iter();
    let events = channels.map(|(event, channel)| (event.clone(), channel["address"].as_str().unwrap().to_owned()));
    (operations.collect(), events.collect())
}

/// The sources below a folder, without the tests at their ends.
fn sources(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    let texts = paths.flat_map(|path| {
        if path.is_dir() {
            return sources(&path);
        }
        let text = fs::read_to_string(&path).unwrap();
        vec![text.split("#[cfg(test)]").next().unwrap().to_owned()]
    });
    texts.collect()
}

/// Whether a source makes such an event: names the type before a brace, and
/// neither takes it apart nor returns it.
fn makes(source: &str, event: &str) -> bool {
    let needle = format!("{event} {{");
    source.match_indices(&needle).any(|(at, _)| {
        let before = source[..at].trim_end();
        let is_whole_name = source[..at].ends_with(|symbol: char| !symbol.is_alphanumeric());
        is_whole_name && !["let", "->", "for"].iter().any(|word| before.ends_with(word))
    })
}

/// What the code of a service does with events.
fn coded(service: &str, events: &[(String, String)]) -> BTreeSet<Operation> {
    let root = workspace_root().join(service).join("src");
    let listeners = fs::read_to_string(root.join("listeners.rs")).unwrap_or_default();
    let all = sources(&root);
    let operations = events.iter().flat_map(|(event, _)| {
        let sends = all.iter().any(|source| makes(source, event)).then_some("send");
        let receives = listeners.contains(&format!(".on::<{event}>(")).then_some("receive");
        sends.into_iter().chain(receives).map(|action| (service.to_owned(), action, event.clone()))
    });
    operations.collect()
}

/// What the tables of a README say of events: `| in |` and `| out |`.
fn listed(service: &str, readme: &str, events: &[(String, String)]) -> BTreeSet<Operation> {
    let mut action = None;
    let mut found = BTreeSet::new();
    for line in readme.lines() {
        match line.split('|').nth(1).map(str::trim) {
            Some("in") => action = Some("receive"),
            Some("out") => action = Some("send"),
            Some(cell) => {
                let named = events.iter().filter(|(_, subject)| cell.contains(&format!("`{subject}`")));
                found.extend(action.into_iter().flat_map(|action| {
                    named.clone().map(move |(event, _)| (service.to_owned(), action, event.clone()))
                }));
            }
            None if line.starts_with('#') => action = None,
            None => {}
        }
    }
    found
}

#[test]
fn publishers_and_subscribers_are_those_of_the_code_and_the_readmes() {
    let (described, events) = described();
    let coded: BTreeSet<Operation> = SERVICES.iter().flat_map(|service| coded(service, &events)).collect();
    assert_eq!(described, coded, "docs/asyncapi.json and the code differ");
    let readme = |service: &&str| fs::read_to_string(workspace_root().join(service).join("README.md")).unwrap();
    let listed: BTreeSet<Operation> =
        SERVICES.iter().flat_map(|service| listed(service, &readme(service), &events)).collect();
    assert_eq!(described, listed, "docs/asyncapi.json and the READMEs differ");
}

#[test]
fn an_event_that_is_only_read_is_not_published() {
    for read in ["let Sold { id } = event;", "fn sold() -> Sold {", "impl From<Sold> for Copy {", "UnSold { id }"] {
        assert!(!makes(read, "Sold"), "{read}");
    }
    assert!(makes("send(&Sold { id })", "Sold"));
}
