//! Kubernetes asks every container whether it has started, serves and lives.

use serde_json::{Value, json};

use crate::checked::{Break, at, finds, holds, remove};
use crate::objects::{containers, lasting, list, text, title};
use crate::rendered::{ALL, Set};

/// The probes that every container of a lasting workload has …
const PROBES: [&str; 3] = ["startupProbe", "readinessProbe", "livenessProbe"];

/// … but for these, which serve nobody: they look after the one beside them and
/// rest. Nothing depends on whether they are ready.
const WITHOUT: [&str; 1] = ["replica-set"];

/// A probe that asks by HTTP, and the port's number.
pub struct Asked<'a> {
    pub kind: &'static str,
    pub path: &'a str,
    pub port: u64,
}

/// All HTTP probes of a container. An unknown port's name becomes 0.
pub fn asked(container: &Value) -> impl Iterator<Item = Asked<'_>> {
    PROBES.into_iter().filter_map(|kind| {
        let asks = container.pointer(&format!("/{kind}/httpGet"))?;
        let port = port(container, asks.get("port")?).unwrap_or(0);
        Some(Asked { kind, path: text(asks, "/path"), port })
    })
}

/// The number of a port that is given as number or by name, if the container has it.
pub fn port(container: &Value, wanted: &Value) -> Option<u64> {
    let ports = list(container, "/ports").iter();
    let mut found = ports.filter(|port| port.get("containerPort") == Some(wanted) || port.get("name") == Some(wanted));
    found.find_map(|port| port.get("containerPort")?.as_u64())
}

fn problems(objects: &[Value]) -> Vec<String> {
    let mut found = Vec::new();
    for (object, pod) in lasting(objects) {
        for container in containers(pod).iter().filter(|container| !WITHOUT.contains(&text(container, "/name"))) {
            let place = format!("{}, {}", title(object), text(container, "/name"));
            for probe in PROBES {
                match container.get(probe) {
                    None => found.push(format!("{place}: no {probe}")),
                    Some(probe) if !can_be_answered(probe) => found.push(format!("{place}: asks nothing: {probe}")),
                    Some(_) => {}
                }
            }
            let strange = asked(container).filter(|asked| asked.port == 0);
            found.extend(strange.map(|asked| format!("{place}: {} asks a port that it has not", asked.kind)));
            let patience = |name: &str| container.pointer(&format!("/livenessProbe/{name}")).and_then(Value::as_u64);
            let seconds = patience("periodSeconds").unwrap_or(10) * patience("failureThreshold").unwrap_or(3);
            if seconds < 30 {
                found.push(format!("{place}: killed after {seconds} s without an answer"));
            }
        }
    }
    found
}

fn can_be_answered(probe: &Value) -> bool {
    !text(probe, "/httpGet/path").is_empty() || !list(probe, "/exec/command").is_empty()
}

#[test]
fn every_container_is_asked_whether_it_has_started_serves_and_lives() {
    holds(&ALL, problems);
}

#[test]
fn a_container_that_nobody_asks_is_found() {
    const AUTH: &str = "Deployment/auth-depl";
    const CONTAINER: &str = "/spec/template/spec/containers/0";
    let breaks: &[Break] = &[
        (AUTH, |it| remove(it, CONTAINER, "startupProbe"), "no startupProbe"),
        (AUTH, |it| remove(it, CONTAINER, "readinessProbe"), "no readinessProbe"),
        (AUTH, |it| remove(it, CONTAINER, "livenessProbe"), "no livenessProbe"),
        (AUTH, |it| at(it, CONTAINER)["livenessProbe"] = json!({ "periodSeconds": 99 }), "asks nothing"),
        (AUTH, |it| at(it, CONTAINER)["livenessProbe"]["httpGet"]["port"] = "admin".into(), "has not"),
        (AUTH, |it| at(it, CONTAINER)["livenessProbe"]["httpGet"]["port"] = 3001.into(), "has not"),
        (AUTH, |it| at(it, CONTAINER)["livenessProbe"]["failureThreshold"] = 1.into(), "killed after"),
        ("StatefulSet/nats-depl", |it| remove(it, CONTAINER, "readinessProbe"), "no readinessProbe"),
    ];
    finds(Set::Dev, breaks, problems);
}
