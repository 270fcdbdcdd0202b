//! The init container that waits for a member's name.

use super::sets;
use crate::support::prelude::*;

/// The pod's address, and DNS's answers in turn: none, the former pod's address, one
/// that begins alike, and the pod's own.
const IP: &str = "10.1.2.3";
const ANSWERS: &str = "1) exit 2;; 2) ip=10.9.9.9;; 3) ip=10.1.2.30;; *) ip=10.1.2.3;;";

pub fn problems(objects: &[Value]) -> Vec<String> {
    let mut found = Vec::new();
    for (set, pod) in sets(objects) {
        let service = text(set, "/spec/serviceName");
        let wanted = vec![format!("ahosts {}-0.{service}", name(set)); 4];
        let mut before = list(pod, "/spec/initContainers").iter();
        let waits = before.find(|it| it["command"].to_string().contains("getent"));
        let asked = waits.map(|container| lookups(container, set, pod));
        // A pod that is not ready has a name only by this.
        let early = find(objects, "Service", service).is_some_and(|it| it["spec"]["publishNotReadyAddresses"] == true);
        let rules = [
            (asked.is_some(), "add an init container that waits for its name".to_owned()),
            (asked.as_ref().is_none_or(|asked| *asked == wanted), format!("waits for {asked:?}, not {wanted:?}")),
            (early, format!("{service} must set publishNotReadyAddresses")),
        ];
        found.extend(unkept(rules.map(|(kept, message)| (kept, format!("{}: {message}", title(set))))));
    }
    found
}

/// The names that the container looks up until it ends, nine at most.
fn lookups(container: &Value, set: &Value, pod: &Value) -> Vec<String> {
    let bin = tempfile::tempdir().unwrap();
    let log = bin.path().join("log");
    let getent = format!(
        "#!/bin/sh\necho \"$*\" >> {0}\ncase $(wc -l < {0}) in {ANSWERS} esac\nprintf '%-15s STREAM %s\\n' $ip $2\n",
        log.display()
    );
    stand_in(bin.path(), "getent", &getent);
    stand_in(bin.path(), "sleep", "#!/bin/sh\n");
    let mut command = Command::new("timeout");
    command.arg("5").args(list(container, "/command").iter().filter_map(Value::as_str));
    command.env_clear().env("PATH", path_with(bin.path()));
    for entry in list(container, "/env") {
        let value = match text(entry, "/valueFrom/fieldRef/fieldPath") {
            "metadata.labels['app']" => text(pod, "/metadata/labels/app").to_owned(),
            "metadata.name" => format!("{}-0", name(set)),
            "status.podIP" => IP.to_owned(),
            other => panic!("unknown field {other}"),
        };
        command.env(text(entry, "/name"), value);
    }
    let output = command.output().unwrap();
    let lookups = std::fs::read_to_string(log).unwrap_or_default();
    let ended = (!output.status.success()).then(|| format!("failed: {}", output.status));
    lookups.lines().take(9).map(str::to_owned).chain(ended).collect()
}
