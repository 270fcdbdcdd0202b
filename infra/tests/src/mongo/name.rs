//! What has to happen before a mongod starts.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::{mongosh, replica_set, sets};
use crate::objects::{find, list, name, pod, text, title};

/// The pod's address, and what DNS says, one after the other: nothing, the address of
/// the pod that was here before, that of another which begins alike, and this one.
const IP: &str = "10.1.2.3";
const ANSWERS: &str = "1) exit 2;; 2) ip=10.9.9.9;; 3) ip=10.1.2.30;; *) ip=10.1.2.3;;";

pub fn problems(objects: &[Value]) -> Vec<String> {
    let mut found = Vec::new();
    for set in sets(objects) {
        let before = list(pod(set).unwrap(), "/spec/initContainers");
        let service = text(set, "/spec/serviceName");
        let wanted = vec![format!("ahosts {}-0.{service}", name(set)); 4];
        match before.iter().find(|it| list(it, "/command").iter().any(|word| word.to_string().contains("getent"))) {
            None => found.push(format!("{}: nobody waits for its name", title(set))),
            Some(container) => {
                let asked = asked(container, set);
                if asked != wanted {
                    found.push(format!("{}: waits for {asked:?}, not {wanted:?}", title(set)));
                }
            }
        }
        // Before a pod is ready, and thus while it waits, only these have its name.
        let early = find(objects, "Service", service).and_then(|it| it.pointer("/spec/publishNotReadyAddresses"));
        if early != Some(&true.into()) {
            found.push(format!("{}: has no name until it is ready", title(set)));
        }
    }
    found
}

/// What the container asks DNS until it is content.
fn asked(container: &Value, set: &Value) -> Vec<String> {
    let bin = tempfile::tempdir().unwrap();
    let log = bin.path().join("log");
    write(
        bin.path(),
        "getent",
        &format!(
            "echo \"$*\" >> {0}\ncase $(wc -l < {0}) in {ANSWERS} esac\nprintf '%-15s STREAM %s\\n' $ip $2",
            log.display()
        ),
    );
    write(bin.path(), "sleep", "exit 0");
    let words: Vec<&str> = list(container, "/command").iter().filter_map(Value::as_str).collect();
    // Whoever waits in vain is stopped.
    let mut command = Command::new("timeout");
    command.arg("5").args(words).env_clear();
    command.env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", bin.path().display()));
    for entry in list(container, "/env") {
        let value = match text(entry, "/valueFrom/fieldRef/fieldPath") {
            "metadata.labels['app']" => text(pod(set).unwrap(), "/metadata/labels/app").to_owned(),
            "metadata.name" => format!("{}-0", name(set)),
            "status.podIP" => IP.to_owned(),
            other => panic!("what is {other}?"),
        };
        command.env(text(entry, "/name"), value);
    }
    let output = command.output().unwrap();
    let mut asked: Vec<String> = std::fs::read_to_string(log).unwrap_or_default().lines().map(str::to_owned).collect();
    asked.truncate(9);
    if !output.status.success() {
        asked.push(format!("in vain: {}", output.status));
    }
    asked
}

fn write(folder: &Path, program: &str, script: &str) {
    let file = folder.join(program);
    std::fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn it_waits_for_the_name_that_the_set_knows_it_by() {
    let (_, said) = replica_set("new");
    assert!(said.contains("member auth-mongo-depl-0.auth-mongo-srv:27017\n"), "{said}");
    assert!(mongosh("print('member')", "new").1 == "member\n");
}
