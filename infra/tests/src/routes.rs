//! The cluster's ingress and the local gateway route alike.

use serde_json::{Value, json};
use xtask::env::workspace_root;
use xtask::gateway::Routes;

use crate::checked::{Break, at, finds, holds};
use crate::objects::{list, of_kind, text};
use crate::rendered::{APPLIED, Set, documents};

/// The file that the local gateway reads.
const FILE: &str = "infra/k8s-dev/ingress-srv.yaml";

/// Paths, and who answers them.
const TABLE: [(&str, &str); 16] = [
    ("/", "client-srv"),
    ("/auth/signin", "client-srv"),
    ("/tickets/new", "client-srv"),
    ("/orders", "client-srv"),
    ("/fn/buy", "client-srv"),
    ("/pkg/client.js", "client-srv"),
    ("/api", "client-srv"),
    ("/api/usersx", "client-srv"),
    ("/healthz", "client-srv"),
    ("/api/users", "auth-srv"),
    ("/api/users/signup", "auth-srv"),
    ("/api/tickets", "tickets-srv"),
    ("/api/tickets/65f0", "tickets-srv"),
    ("/api/orders/65f0", "orders-srv"),
    ("/api/payments", "payments-srv"),
    ("/api/payments/webhook", "payments-srv"),
];

/// All rules of a set's Ingresses, by the gateway's own reading.
fn routes(objects: &[Value]) -> Routes {
    let rules: Vec<&Value> = of_kind(objects, "Ingress").flat_map(|ingress| list(ingress, "/spec/rules")).collect();
    Routes::parse(&json!({ "spec": { "rules": rules } }).to_string()).unwrap()
}

fn problems(objects: &[Value]) -> Vec<String> {
    let (here, local) = (routes(objects), Routes::read(&workspace_root().join(FILE)).unwrap());
    let mut found = Vec::new();
    for (path, service) in TABLE {
        let (here, local) = (here.service(path), local.service(path));
        if here != Some(service) || local != Some(service) {
            found.push(format!("{path} is for {service}, goes to {here:?} here and to {local:?} locally"));
        }
    }
    for ingress in of_kind(objects, "Ingress") {
        let hosts: Vec<&str> = list(ingress, "/spec/rules").iter().map(|rule| text(rule, "/host")).collect();
        if hosts.iter().any(|host| host.is_empty() || *host == "host") {
            found.push(format!("an Ingress answers to any name: {hosts:?}"));
        }
        let rewrites =
            ingress.pointer("/metadata/annotations").is_some_and(|it| it.to_string().contains("rewrite-target"));
        if rewrites {
            found.push("an Ingress changes paths on their way".to_owned());
        }
    }
    found
}

#[test]
fn every_path_goes_where_the_local_gateway_sends_it() {
    const PATHS: &str = "/spec/rules/0/http/paths";
    holds(&APPLIED, problems);
    let breaks: &[Break] = &[
        ("Ingress/ingress-srv", |it| at(it, PATHS).as_array_mut().unwrap().truncate(3), "/api/payments is for"),
        ("Ingress/ingress-srv", |it| at(it, PATHS)[0]["path"] = "/api/user".into(), "/api/users is for"),
        ("Ingress/ingress-srv", |it| at(it, PATHS)[0]["pathType"] = "Exact".into(), "/api/users/signup is for"),
        (
            "Ingress/ingress-srv",
            |it| at(it, PATHS)[0]["backend"]["service"]["name"] = "orders-srv".into(),
            "/api/users is for",
        ),
        ("Ingress/ingress-srv", |it| at(it, "/spec/rules/0")["host"] = "".into(), "any name"),
        (
            "Ingress/ingress-srv",
            |it| at(it, "/metadata")["annotations"] = json!({ "nginx.ingress.kubernetes.io/rewrite-target": "/" }),
            "changes paths",
        ),
    ];
    finds(Set::Dev, breaks, problems);
    finds(Set::Prod, breaks, problems);
}

/// Whether the object is what the file says.
fn is_the_file(objects: &[Value]) -> bool {
    let file = documents(&std::fs::read_to_string(workspace_root().join(FILE)).unwrap());
    let ingresses: Vec<&Value> = of_kind(objects, "Ingress").map(|it| &it["spec"]).collect();
    ingresses == [&file[0]["spec"]]
}

#[test]
fn the_dev_clusters_ingress_is_the_file_that_the_gateway_reads() {
    let mut objects = Set::Dev.objects();
    assert!(is_the_file(&objects), "dev's Ingress is not {FILE} as it stands");
    let stack = include_str!("../../../crates/xtask/src/stack/mod.rs");
    assert!(stack.contains(&format!("\"{FILE}\"")), "the local stack reads its routes elsewhere");
    let kustomization = std::fs::read_to_string(workspace_root().join("infra/k8s-dev/kustomization.yaml")).unwrap();
    assert!(list(&documents(&kustomization)[0], "/resources").contains(&"ingress-srv.yaml".into()));
    objects.iter_mut().filter(|it| it["kind"] == "Ingress").for_each(|it| it["spec"]["rules"][0]["host"] = "x".into());
    assert!(!is_the_file(&objects));
}

/// In production, the shop's one address has a certificate.
fn certificate_problems(objects: &[Value]) -> Vec<String> {
    let bare = of_kind(objects, "Ingress").filter(|ingress| {
        let certified: Vec<&Value> = list(ingress, "/spec/tls").iter().flat_map(|tls| list(tls, "/hosts")).collect();
        let secret = list(ingress, "/spec/tls").iter().all(|tls| !text(tls, "/secretName").is_empty());
        // One Ingress orders the certificate, and those with the same Secret have it too.
        let same = |other: &&Value| other.pointer("/spec/tls") == ingress.pointer("/spec/tls");
        let issuers = of_kind(objects, "Ingress").filter(same);
        let issuers = issuers.map(|it| text(it, "/metadata/annotations/cert-manager.io~1issuer"));
        let named: Vec<&str> = issuers.filter(|issuer| !issuer.is_empty()).collect();
        let is_there = of_kind(objects, "Issuer").any(|it| named == [text(it, "/metadata/name")]);
        let mut hosts = list(ingress, "/spec/rules").iter().filter_map(|rule| rule.get("host"));
        !(secret && is_there && hosts.all(|host| certified.contains(&host)))
    });
    bare.map(|ingress| format!("{} has names without a certificate", text(ingress, "/metadata/name"))).collect()
}

#[test]
fn every_name_has_a_certificate_in_production() {
    let prod = [Set::Prod, Set::ProdWithAll];
    holds(&prod, certificate_problems);
    let breaks: &[Break] = &[
        ("Ingress/ingress-srv", |it| at(it, "/spec/tls/0/hosts")[0] = "other.example".into(), "without"),
        ("Ingress/ingress-srv", |it| at(it, "/spec/tls/0")["secretName"] = "".into(), "without"),
        ("Issuer/letsencrypt", |it| at(it, "/metadata")["name"] = "other".into(), "without"),
        ("Ingress/ingress-webhook", |it| at(it, "/spec/tls/0")["secretName"] = "other".into(), "without"),
    ];
    finds(Set::Prod, breaks, certificate_problems);
}
