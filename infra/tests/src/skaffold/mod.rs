//! The dev loop builds and runs what the manifests name.

mod fields;
mod production;

use serde::Deserialize;

use crate::support::prelude::*;
use fields::unknown_fields;

/// The newest version of the configuration, since skaffold 2.19.
const API: &str = "skaffold/v4beta14";

fn config() -> Value {
    let text = read("skaffold.yaml");
    let mut yaml = serde_yaml_ng::Value::deserialize(serde_yaml_ng::Deserializer::from_str(&text)).unwrap();
    yaml.apply_merge().unwrap();
    serde_json::to_value(yaml).unwrap()
}

/// Each artifact is built by the one recipe, and all images that a set runs are built.
fn artifact_problems(artifacts: &[Value], set: Set) -> Vec<String> {
    let mut found = Vec::new();
    let run: BTreeSet<&str> =
        ours(set.objects()).filter_map(|(_, it, _)| text(it, "/image").split([':', '@']).next()).collect();
    let built: Vec<&str> = artifacts.iter().map(|artifact| text(artifact, "/image")).collect();
    if built.len() != run.len() || built.iter().any(|image| !run.contains(image)) {
        found.push(format!("build the images that are run, {run:?}, not {built:?}"));
    }
    for artifact in artifacts {
        let (image, docker) = (text(artifact, "/image"), &artifact["docker"]);
        let service = text(docker, "/buildArgs/SERVICE");
        let folder = docker["buildArgs"]["FOLDER"].as_str().unwrap_or(service);
        if !image.ends_with(&format!("ticketing/{service}")) || images().get(service) != Some(&folder) {
            found.push(format!("{image}: must not be built of {service:?} in {folder:?}"));
        }
        let args: Vec<&str> = entries(docker, "/buildArgs").map(|(_, value)| value).collect();
        let given = |needed: &&str| *needed == folder || *needed == "crates/common" || args.contains(needed);
        let missing = folders_of(service).into_iter().filter(|needed| !given(needed));
        found.extend(missing.map(|needed| format!("{image}: must be given {needed}")));
        if text(docker, "/dockerfile") != "infra/docker/Dockerfile" || artifact.get("context").is_some() {
            found.push(format!("{image}: build by infra/docker/Dockerfile in the workspace's folder"));
        }
    }
    found
}

/// A deployment waits until programs find their stores, and makes the stores' passwords
/// where everything else goes.
fn deploy_problems(part: &Value) -> Vec<String> {
    let name = text(part, "/name");
    let namespace = if name == "prod" { "ticketing" } else { "\"$SKAFFOLD_NAMESPACES\"" };
    let tolerates = part["deploy"]["tolerateFailuresUntilDeadline"] == true;
    let hooks = list(part, "/deploy/kubectl/hooks/before").iter();
    let commands = hooks.map(|hook| list(hook, "/host/command").last().and_then(Value::as_str).unwrap_or_default());
    let hooks = commands.flat_map(|command| {
        [
            (command.contains("--context \"$SKAFFOLD_KUBE_CONTEXT\""), "make the passwords in the context's cluster"),
            (command.ends_with(&format!("--namespace {namespace}")), "make the passwords in the namespace"),
        ]
    });
    let rules = [(tolerates, "tolerate failures until the deadline")].into_iter().chain(hooks);
    unkept(rules.map(|(kept, message)| (kept, format!("{name}: {message}"))))
}

/// Each port is a Service's, and forwarded once.
fn forward_problems(config: &Value) -> Vec<String> {
    let (mut found, mut ports) = (Vec::new(), BTreeSet::new());
    for forward in list(config, "/portForward") {
        let service = find(Set::Dev.objects(), "Service", text(forward, "/resourceName"));
        let serves = |it: &Value| list(it, "/spec/ports").iter().any(|port| port["port"] == forward["port"]);
        if text(forward, "/resourceType") != "service" || !service.is_some_and(serves) {
            found.push(format!("there is nothing to forward to: {forward}"));
        }
        if !ports.insert(forward["localPort"].as_u64()) {
            found.push(format!("the local port is taken: {forward}"));
        }
    }
    found
}

fn problems(config: &Value) -> Vec<String> {
    let mut found = unknown_fields(config);
    found.extend(artifact_problems(list(config, "/build/artifacts"), Set::Dev));
    found.extend(forward_problems(config));
    let parts = [config].into_iter().chain(list(config, "/profiles")).filter(|part| part.get("deploy").is_some());
    found.extend(parts.flat_map(deploy_problems));
    let profiles = list(config, "/profiles").iter().map(|profile| text(profile, "/name"));
    let paths = deep(config, "paths").into_iter().filter_map(Value::as_array).flatten().filter_map(Value::as_str);
    let has_kustomization = |path| workspace_root().join(path).join("kustomization.yaml").is_file();
    found.extend(unkept([
        (text(config, "/apiVersion") == API && text(config, "/kind") == "Config", format!("be a Config of {API}")),
        (profiles.eq(["dev", "prod"]), "have the profiles dev and prod".to_owned()),
        (paths.into_iter().all(has_kustomization), "render folders with a kustomization".to_owned()),
        (config["manifests"]["kustomize"]["paths"] == json!(["infra/k8s-dev"]), "run the dev set".to_owned()),
    ]));
    found
}

#[test]
fn the_dev_loop_builds_and_runs_the_dev_set() {
    let config = config();
    none("skaffold.yaml", &problems(&config));
    for (change, message) in [
        ("apiVersion skaffold/v2beta29", "be a Config of"),
        ("deploy/kustomize {}", "has no /deploy/kustomize"),
        ("build/artifacts/0/docker/buildArg {}", "docker/buildArg"),
        ("profiles/1/apiVersion x", "profile prod: skaffold has no /apiVersion"),
        ("profiles", "have the profiles"),
        ("build/artifacts/0/image ticketing/auht", "build the images that are run"),
        ("build/artifacts/0/context auth", "in the workspace's folder"),
        ("build/artifacts/0/docker/dockerfile Dockerfile", "build by infra/docker/Dockerfile"),
        ("build/artifacts/0/docker/buildArgs/SERVICE orders", "must not be built of"),
        ("portForward/0/resourceName ingress", "nothing to forward to"),
        ("portForward/0/port 80", "nothing to forward to"),
        ("portForward/0/localPort 3002", "port is taken"),
        ("manifests/kustomize/paths [infra/k8s-gone]", "with a kustomization"),
        ("manifests/kustomize/paths [infra/k8s-prod]", "run the dev set"),
        ("deploy/tolerateFailuresUntilDeadline", "tolerate failures"),
        ("profiles/1/deploy/tolerateFailuresUntilDeadline false", "prod: tolerate failures"),
        ("deploy/kubectl/hooks/before/0/host/command [--context \"$SKAFFOLD_KUBE_CONTEXT\"]", "in the namespace"),
        ("deploy/kubectl/hooks/before/0/host/command [--namespace \"$SKAFFOLD_NAMESPACES\"]", "context's cluster"),
    ] {
        let mut broken = config.clone();
        edit(&mut broken, change);
        found(change, message, &problems(&broken));
    }
}
