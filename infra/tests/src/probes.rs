//! Kubernetes asks every container whether it has started, is ready and is alive.

use crate::support::prelude::*;

const PROBES: [&str; 3] = ["startupProbe", "readinessProbe", "livenessProbe"];

/// The sidecar that makes the replica set serves no requests.
const WITHOUT: [&str; 1] = ["replica-set"];

/// A liveness probe must fail for at least so many seconds before a container is killed.
const LONGEST: u64 = 30;

/// A probe by HTTP.
pub struct HttpProbe<'a> {
    pub kind: &'static str,
    pub path: &'a str,
    /// 0 if the container has no such port.
    pub port: u64,
}

/// All HTTP probes of a container.
pub fn http_probes(container: &Value) -> impl Iterator<Item = HttpProbe<'_>> {
    PROBES.into_iter().filter_map(|kind| {
        let probe = container.pointer(&format!("/{kind}/httpGet"))?;
        Some(HttpProbe { kind, path: text(probe, "/path"), port: port(container, probe.get("port")?).unwrap_or(0) })
    })
}

/// The number of a container's port, which is named by number or by name.
pub fn port(container: &Value, wanted: &Value) -> Option<u64> {
    let mut ports = list(container, "/ports").iter();
    let port = ports.find(|port| port.get("containerPort") == Some(wanted) || port.get("name") == Some(wanted));
    number(port?, "/containerPort")
}

fn problems(objects: &[Value]) -> Vec<String> {
    let containers =
        lasting(objects).flat_map(|(object, pod)| list(pod, "/spec/containers").iter().map(move |it| (object, it)));
    let of = |(object, container): (&Value, &Value)| {
        let asks = |probe: &str| {
            let has = |pointer: &str| container.pointer(&format!("/{probe}/{pointer}")).is_some();
            has("httpGet/path") || has("exec/command/0")
        };
        let seconds = number(container, "/livenessProbe/periodSeconds").unwrap_or(10)
            * number(container, "/livenessProbe/failureThreshold").unwrap_or(3);
        let rules = PROBES.map(|probe| (asks(probe), format!("add a {probe} that asks something")));
        let ports = http_probes(container).map(|it| (it.port != 0, format!("{} asks a port that is missing", it.kind)));
        let killed = [(seconds >= LONGEST, format!("is killed after {seconds} s without an answer"))];
        let place = format!("{}, {}", title(object), text(container, "/name"));
        unkept(rules.into_iter().chain(ports).chain(killed).map(|(kept, it)| (kept, format!("{place}: {it}"))))
    };
    containers.filter(|(_, container)| !WITHOUT.contains(&text(container, "/name"))).flat_map(of).collect()
}

#[test]
fn every_container_has_a_startup_a_readiness_and_a_liveness_probe() {
    const BREAKS: &[Break] = &[
        ("Deployment/auth-depl c0/startupProbe", "add a startupProbe"),
        ("Deployment/auth-depl c0/readinessProbe", "add a readinessProbe"),
        ("Deployment/auth-depl c0/livenessProbe", "add a livenessProbe"),
        ("Deployment/auth-depl c0/livenessProbe {periodSeconds: 99}", "that asks something"),
        ("Deployment/auth-depl c0/livenessProbe/httpGet/port admin", "port that is missing"),
        ("Deployment/auth-depl c0/livenessProbe/httpGet/port 3001", "port that is missing"),
        ("Deployment/auth-depl c0/livenessProbe/failureThreshold 1", "is killed after"),
        ("StatefulSet/nats-depl c0/readinessProbe", "add a readinessProbe"),
    ];
    check(&ALL, problems, BREAKS);
}
