//! The dev loop, by what skaffold's schema allows and by what is there.

mod fields;
mod production;

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};
use xtask::env::workspace_root;

use crate::checked::{at, none, remove};
use crate::dockerfile::IMAGES;
use crate::objects::{all_containers, find, list, of_kind, our_program, text, workloads};
use crate::rendered::Set;
use fields::unknown_fields;

/// The configuration's version since skaffold 2.19, which is the newest.
const API: &str = "skaffold/v4beta14";

type Change = fn(&mut Value);

fn config() -> Value {
    let text = std::fs::read_to_string(workspace_root().join("skaffold.yaml")).unwrap();
    let mut yaml = serde_yaml_ng::Value::deserialize(serde_yaml_ng::Deserializer::from_str(&text)).unwrap();
    yaml.apply_merge().unwrap();
    serde_json::to_value(yaml).unwrap()
}

fn problems(config: &Value) -> Vec<String> {
    let mut found = unknown_fields(config);
    if text(config, "/apiVersion") != API || text(config, "/kind") != "Config" {
        found.push(format!("{} {} is not {API} Config", text(config, "/apiVersion"), text(config, "/kind")));
    }
    found.extend(artifact_problems(config));
    found.extend(deploy_problems(config));
    let profiles: BTreeSet<&str> = list(config, "/profiles").iter().map(|profile| text(profile, "/name")).collect();
    if profiles != BTreeSet::from(["dev", "prod"]) {
        found.push(format!("the profiles are {profiles:?}"));
    }
    let whole = [config].into_iter();
    for part in whole.chain(list(config, "/profiles")) {
        for folder in list(part, "/manifests/kustomize/paths").iter().filter_map(Value::as_str) {
            if !workspace_root().join(folder).join("kustomization.yaml").is_file() {
                found.push(format!("there is nothing to render in {folder}"));
            }
        }
    }
    if list(config, "/manifests/kustomize/paths") != [json!("infra/k8s-dev")] {
        found.push("without a profile it does not run the dev set".to_owned());
    }
    let objects = Set::Dev.objects();
    let mut ports = BTreeSet::new();
    for forward in list(config, "/portForward") {
        let service = find(&objects, "Service", text(forward, "/resourceName"));
        let serves = |it: &Value| list(it, "/spec/ports").iter().any(|port| port["port"] == forward["port"]);
        if text(forward, "/resourceType").to_lowercase() != "service" || !service.is_some_and(serves) {
            found.push(format!("there is nothing to forward to: {forward}"));
        }
        if !ports.insert(forward["localPort"].as_u64()) {
            found.push(format!("two want the same port: {forward}"));
        }
    }
    found
}

fn artifact_problems(config: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let artifacts = list(config, "/build/artifacts");
    let objects = Set::Dev.objects();
    let containers =
        workloads(&objects).flat_map(|(_, pod)| all_containers(pod)).filter(|it| our_program(it).is_some());
    let run: BTreeSet<&str> = containers.filter_map(|it| text(it, "/image").split(':').next()).collect();
    let built: BTreeSet<&str> = artifacts.iter().map(|artifact| text(artifact, "/image")).collect();
    if run != built || artifacts.len() != 6 || of_kind(&objects, "Deployment").count() != 6 {
        found.push(format!("{} images are built, {built:?}, and {run:?} are run", artifacts.len()));
    }
    for artifact in artifacts {
        let image = text(artifact, "/image");
        let context = workspace_root().join(text(artifact, "/context"));
        let dockerfile = text(artifact, "/docker/dockerfile");
        // Skaffold looks for it below the context.
        if dockerfile.is_empty() || !context.join(dockerfile).is_file() || !context.join("Cargo.toml").is_file() {
            found.push(format!("{image}: no recipe {dockerfile:?} in {}", context.display()));
        }
        let service = text(artifact, "/docker/buildArgs/SERVICE");
        if image != format!("ticketing/{service}") || !IMAGES.iter().any(|(program, _)| *program == service) {
            found.push(format!("{image}: is built of {service:?}"));
        }
    }
    found
}

/// Programs end and are started again until their stores are up, and skaffold waits;
/// the stores' passwords are made where everything else goes.
fn deploy_problems(config: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let whole = [config].into_iter();
    for part in whole.chain(list(config, "/profiles")).filter(|part| part.get("deploy").is_some()) {
        let place = text(part, "/name");
        if part.pointer("/deploy/tolerateFailuresUntilDeadline") != Some(&json!(true)) {
            found.push(format!("{place}: gives up at the first program that has no store yet"));
        }
        for hook in list(part, "/deploy/kubectl/hooks/before") {
            let command = list(hook, "/host/command").last().and_then(Value::as_str).unwrap_or_default();
            if !command.contains("--context \"$SKAFFOLD_KUBE_CONTEXT\"") {
                found.push(format!("{place}: makes passwords in another cluster: {command}"));
            }
            let namespace = if place == "prod" { "ticketing" } else { "\"$SKAFFOLD_NAMESPACES\"" };
            if !command.ends_with(&format!("--namespace {namespace}")) {
                found.push(format!("{place}: makes passwords in another namespace: {command}"));
            }
        }
    }
    found
}

#[test]
fn the_dev_loop_builds_what_runs_and_says_nothing_that_skaffold_does_not_know() {
    none(&problems(&config()));
}

#[test]
fn a_broken_dev_loop_is_found() {
    const ARTIFACT: &str = "/build/artifacts/0";
    const HOOK: &str = "/deploy/kubectl/hooks/before/0/host/command";
    let breaks: [(Change, &str); 16] = [
        (|it| *at(it, "/apiVersion") = "skaffold/v2beta29".into(), "is not skaffold/"),
        (|it| at(it, "/deploy")["kustomize"] = json!({}), "knows no /deploy/kustomize"),
        (|it| at(it, "/build/artifacts/0/docker")["buildArg"] = json!({}), "docker/buildArg"),
        (|it| at(it, "/profiles/1")["apiVersion"] = "x".into(), "profile prod: skaffold knows no /apiVersion"),
        (|it| remove(it, "", "profiles"), "the profiles are"),
        (|it| at(it, ARTIFACT)["image"] = "ticketing/auht".into(), "images are built"),
        (|it| at(it, ARTIFACT)["context"] = "auth".into(), "no recipe"),
        (|it| at(it, "/build/artifacts/0/docker")["dockerfile"] = "Dockerfile".into(), "no recipe"),
        (|it| at(it, "/build/artifacts/0/docker/buildArgs")["SERVICE"] = "orders".into(), "is built of"),
        (|it| at(it, "/portForward/0")["resourceName"] = "ingress".into(), "nothing to forward to"),
        (|it| at(it, "/portForward/0")["port"] = 80.into(), "nothing to forward to"),
        (|it| *at(it, "/manifests/kustomize/paths") = json!(["infra/k8s-gone"]), "nothing to render"),
        (|it| remove(it, "/deploy", "tolerateFailuresUntilDeadline"), "gives up"),
        (|it| at(it, "/profiles/1/deploy")["tolerateFailuresUntilDeadline"] = false.into(), "prod: gives up"),
        (|it| at(it, HOOK)[2] = "sh a.sh --context \"$SKAFFOLD_KUBE_CONTEXT\"".into(), "another namespace"),
        (|it| at(it, HOOK)[2] = "sh a.sh --namespace \"$SKAFFOLD_NAMESPACES\"".into(), "another cluster"),
    ];
    let config = config();
    for (change, said) in breaks {
        let mut broken = config.clone();
        change(&mut broken);
        let found = problems(&broken);
        assert!(found.iter().any(|problem| problem.contains(said)), "not {said:?} but {found:?}");
    }
}
