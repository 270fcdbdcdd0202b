//! Kubernetes' own schemas, strictly: no field that it doesn't know.

use std::path::PathBuf;

use serde_json::Value;
use xtask::env::workspace_root;

use crate::checked::{at, broken, finds, holds, none};
use crate::objects::{list, of_kind, text};
use crate::rendered::{APPLIED, Set};
use crate::tools;

/// The oldest that the documents promise.
const OLDEST: &str = "1.30";

/// Kubernetes supports three minors at a time.
const SUPPORTED: usize = 3;

/// What comes from cert-manager, whose schemas are not Kubernetes'; checked below.
const ELSEWHERE: &str = "Couldn't find schema for kind Issuer with api version cert-manager.io/v1 ";

/// The oldest promised, and the oldest and the newest that Kubernetes supports:
/// `1.30`, `1.35` and `1.37`.
fn minors() -> [String; 3] {
    let list = "from kubernetes_validate.utils import *; print(*dict.fromkeys(map(major_minor, all_versions())))";
    let said = tools::run("python", &["-c", list]);
    let known: Vec<&str> = said.stdout.split_whitespace().collect();
    assert!(known.len() >= SUPPORTED && known.contains(&OLDEST), "{}", said.all());
    [OLDEST, known[known.len() - SUPPORTED], known[known.len() - 1]].map(str::to_owned)
}

/// What the schemas of a minor say against sets of objects, in one process.
fn problems(minor: &str, sets: &[(String, String)]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let write = |(name, yaml): &(String, String)| -> PathBuf {
        let file = folder.path().join(format!("{name}.yaml"));
        std::fs::write(&file, yaml).unwrap();
        file
    };
    let mut args: Vec<PathBuf> = ["--strict", "--quiet", "-k", minor].iter().map(PathBuf::from).collect();
    args.extend(sets.iter().map(write));
    let said = tools::run("kubernetes-validate", &args);
    // An object without a schema is only warned of: it may be one of an API that is gone.
    let mut lines: Vec<String> =
        said.all().lines().filter(|line| !line.contains(ELSEWHERE)).map(str::to_owned).collect();
    if !said.content && lines.is_empty() {
        lines.push(format!("kubernetes-validate failed for {minor} and said nothing"));
    }
    lines
}

#[test]
fn every_object_is_as_the_oldest_and_the_newest_kubernetes_want_it() {
    // The others are parts of these.
    let sets = [Set::Dev, Set::ProdWithAll].map(|set| (format!("{set:?}"), set.yaml().to_owned()));
    for minor in minors() {
        none(&problems(&minor, &sets));
    }
}

#[test]
fn the_documents_promise_the_kubernetes_that_is_checked() {
    let [_, supported, newest] = minors();
    let read = |file: &str| std::fs::read_to_string(workspace_root().join(file)).unwrap();
    let (readme, operations) = (read("README.md"), read("docs/OPERATIONS.md"));
    assert!(readme.contains(&format!("Kubernetes {OLDEST} or later")), "README.md promises another");
    assert!(operations.contains(&format!("Kubernetes {OLDEST}, ")), "OPERATIONS.md promises another");
    let told = format!("{OLDEST}, {supported} and {newest}");
    assert!(operations.contains(&told), "OPERATIONS.md does not say that {told} are checked");
}

#[test]
fn a_wrong_type_an_unknown_field_and_an_api_that_is_gone_are_found() {
    let objects = Set::Dev.objects();
    let wrong = |change: fn(&mut Value)| {
        let objects = broken(&objects, "Deployment/auth-depl", change);
        objects.iter().map(|object| serde_yaml_ng::to_string(object).unwrap()).collect::<Vec<_>>().join("---\n")
    };
    let type_ = wrong(|object| *at(object, "/spec/selector") = "auth".into());
    let field = wrong(|object| at(object, "/spec")["replica"] = 2.into());
    let api = wrong(|object| *at(object, "/apiVersion") = "extensions/v1beta1".into());
    let sets = [("type", type_), ("field", field), ("api", api)].map(|(name, yaml)| (name.to_owned(), yaml));
    let found = problems(&minors()[2], &sets);
    for name in ["type", "field", "api"] {
        assert!(found.iter().any(|line| line.contains(&format!("/{name}.yaml "))), "{name}: {found:?}");
    }
}

/// What cert-manager needs to get certificates from Let's Encrypt.
fn issuer_problems(objects: &[Value]) -> Vec<String> {
    let class = of_kind(objects, "Ingress").map(|ingress| text(ingress, "/spec/ingressClassName")).next();
    let check = |issuer: &Value| {
        let solver = list(issuer, "/spec/acme/solvers").first();
        let answers = solver.map(|solver| text(solver, "/http01/ingress/ingressClassName"));
        [
            (text(issuer, "/spec/acme/server").starts_with("https://"), "its server is no https address"),
            (text(issuer, "/spec/acme/email").contains('@'), "it has no email address"),
            (!text(issuer, "/spec/acme/privateKeySecretRef/name").is_empty(), "it keeps its key nowhere"),
            (answers.is_some() && answers == class, "it answers by another ingress class"),
        ]
        .into_iter()
        .filter(|(right, _)| !right)
        .map(|(_, problem)| format!("Issuer: {problem}"))
        .collect::<Vec<_>>()
    };
    of_kind(objects, "Issuer").flat_map(check).collect()
}

#[test]
fn certificates_come_by_way_of_our_ingress() {
    holds(&APPLIED, issuer_problems);
    assert_eq!(of_kind(&Set::Prod.objects(), "Issuer").count(), 1);
    finds(
        Set::Prod,
        &[
            ("Issuer/letsencrypt", |issuer| *at(issuer, "/spec/acme/email") = "email".into(), "email"),
            ("Ingress/ingress-srv", |ingress| *at(ingress, "/spec/ingressClassName") = "traefik".into(), "class"),
        ],
        issuer_problems,
    );
}
