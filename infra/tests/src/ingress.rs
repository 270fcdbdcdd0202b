//! The ways into the shop: routes, certificates and rate limits.

use xtask::gateway::Routes;

use crate::support::prelude::*;

/// The file that the local gateway reads.
const FILE: &str = "infra/k8s-dev/ingress-srv.yaml";

/// Each Service, and paths that it must answer.
const TABLE: [(&str, &[&str]); 5] = [
    (
        "client-srv",
        &[
            "/",
            "/auth/signin",
            "/tickets/new",
            "/orders",
            "/fn/buy",
            "/pkg/client.js",
            "/api",
            "/api/usersx",
            "/healthz",
        ],
    ),
    ("auth-srv", &["/api/users", "/api/users/signup", "/api/auth/openapi.json"]),
    ("tickets-srv", &["/api/tickets", "/api/tickets/65f0"]),
    ("orders-srv", &["/api/orders", "/api/orders/65f0"]),
    ("payments-srv", &["/api/payments", "/api/payments/webhook"]),
];

/// Where a set's Ingresses and the local gateway's file send the paths, by the
/// gateway's own reading.
fn routes(objects: &[Value]) -> Vec<String> {
    let rules: Vec<&Value> = of_kind(objects, "Ingress").flat_map(|it| list(it, "/spec/rules")).collect();
    let cluster = Routes::parse(&json!({ "spec": { "rules": rules } }).to_string()).unwrap();
    let local = Routes::read(&workspace_root().join(FILE)).unwrap();
    let rows = TABLE.iter().flat_map(|(service, paths)| paths.iter().map(move |path| (*service, *path)));
    let as_told = rows.map(|(service, path)| {
        let both = (cluster.service(path), local.service(path));
        (both == (Some(service), Some(service)), format!("{path} must go to {service}, not to {both:?}"))
    });
    let hosts = rules.iter().map(|rule| text(rule, "/host")).map(|it| (!it.is_empty() && it != "host", "set the host"));
    let rewrites = of_kind(objects, "Ingress").filter(|it| it["metadata"].to_string().contains("rewrite-target"));
    let rules = hosts.chain(rewrites.map(|_| (false, "an Ingress must not rewrite paths")));
    [unkept(as_told), unkept(rules)].concat()
}

#[test]
fn the_cluster_routes_every_path_as_the_local_gateway_does() {
    const BREAKS: &[Break] = &[
        ("Ingress/ingress-srv spec/rules/0/http/paths/4", "/api/payments must go to"),
        ("Ingress/ingress-srv spec/rules/0/http/paths/0/path /api/user", "/api/users must go to"),
        ("Ingress/ingress-srv spec/rules/0/http/paths/0/pathType Exact", "/api/users/signup must go to"),
        ("Ingress/ingress-srv spec/rules/0/http/paths/0/backend/service/name orders-srv", "/api/users must go to"),
        ("Ingress/ingress-srv spec/rules/0/host", "set the host"),
        ("Ingress/ingress-srv metadata/annotations {nginx.ingress.kubernetes.io/rewrite-target: /}", "rewrite paths"),
    ];
    check(&APPLIED, routes, BREAKS);
}

#[test]
fn the_dev_clusters_ingress_is_the_file_that_the_gateway_reads() {
    let file = documents(&read(FILE));
    let is_the_file = |objects: &[Value]| of_kind(objects, "Ingress").map(|it| &it["spec"]).eq([&file[0]["spec"]]);
    assert!(is_the_file(Set::Dev.objects()), "dev's Ingress differs from {FILE}");
    assert!(read("crates/xtask/src/stack/mod.rs").contains(&format!("\"{FILE}\"")), "the stack reads another file");
    assert!(!is_the_file(&broken(Set::Dev.objects(), "Ingress/ingress-srv spec/rules/0/host x").unwrap()));
}

/// Every host has a certificate, which one Issuer signs by way of this ingress class.
fn certificates(objects: &[Value]) -> Vec<String> {
    let mut found = Vec::new();
    for ingress in of_kind(objects, "Ingress") {
        let certified: Vec<&Value> = list(ingress, "/spec/tls").iter().flat_map(|tls| list(tls, "/hosts")).collect();
        let secret = list(ingress, "/spec/tls").iter().all(|tls| !text(tls, "/secretName").is_empty());
        // One Ingress requests the certificate; others with the same Secret share it.
        let same = of_kind(objects, "Ingress").filter(|it| it["spec"]["tls"] == ingress["spec"]["tls"]);
        let issuers = same.map(|it| text(it, "/metadata/annotations/cert-manager.io~1issuer"));
        let issuers: Vec<&str> = issuers.filter(|it| !it.is_empty()).collect();
        let signed = of_kind(objects, "Issuer").any(|issuer| issuers == [name(issuer)]);
        let hosts = list(ingress, "/spec/rules").iter().all(|rule| certified.contains(&&rule["host"]));
        if !(secret && signed && hosts) {
            found.push(format!("{} has hosts without a certificate", title(ingress)));
        }
    }
    let class = of_kind(objects, "Ingress").map(|it| text(it, "/spec/ingressClassName")).next();
    for issuer in of_kind(objects, "Issuer") {
        let acme = &issuer["spec"]["acme"];
        let rules = [
            (text(acme, "/server").starts_with("https://"), "set an https server"),
            (text(acme, "/email").contains('@'), "set an email address"),
            (!text(acme, "/privateKeySecretRef/name").is_empty(), "set a Secret for its key"),
            (class == Some(text(acme, "/solvers/0/http01/ingress/ingressClassName")), "use the Ingresses' class"),
        ];
        found.extend(unkept(rules.map(|(kept, message)| (kept, format!("{}: {message}", title(issuer))))));
    }
    found
}

#[test]
fn every_host_has_a_certificate_in_production() {
    const BREAKS: &[Break] = &[
        ("Ingress/ingress-srv spec/tls/0/hosts/0 other.example", "without a certificate"),
        ("Ingress/ingress-srv spec/tls/0/secretName", "without a certificate"),
        ("Issuer/letsencrypt metadata/name other", "without a certificate"),
        ("Ingress/ingress-webhook spec/tls/0/secretName other", "without a certificate"),
        ("Issuer/letsencrypt spec/acme/server http://example.org", "https server"),
        ("Issuer/letsencrypt spec/acme/email email", "email address"),
        ("Issuer/letsencrypt spec/acme/privateKeySecretRef", "Secret for its key"),
        ("Ingress/ingress-srv spec/ingressClassName traefik", "class"),
    ];
    check(&PRODUCTION, certificates, BREAKS);
}

/// Stripe sends many events at a time, from few addresses.
const UNLIMITED: &str = "/api/payments/webhook";

/// Every path has a rate limit but Stripe's webhook, and a refusal is a 429.
fn rate_limits(objects: &[Value]) -> Vec<String> {
    let limited = |it: &Value| entries(it, "/metadata/annotations").any(|(key, _)| key.ends_with("/limit-rps"));
    let paths = of_kind(objects, "Ingress").flat_map(|it| deep(it, "path").into_iter().map(move |path| (it, path)));
    let paths: Vec<(bool, &Value)> = paths.map(|(ingress, path)| (limited(ingress), path)).collect();
    let wrong = paths.iter().filter(|(limited, path)| *limited == (*path == UNLIMITED));
    let mut found: Vec<String> = wrong.map(|(is, path)| format!("{path} has a rate limit: {is}")).collect();
    if !paths.iter().any(|(_, path)| *path == UNLIMITED) {
        found.push(format!("{UNLIMITED} has no rule of its own"));
    }
    let controller = find(objects, "ConfigMap", "ingress-nginx-controller").unwrap_or(&Value::Null);
    if text(controller, "/data/limit-req-status-code") != "429" {
        found.push("a refusal by the rate limit must be a 429".to_owned());
    }
    found
}

#[test]
fn visitors_are_rate_limited_and_stripe_is_not() {
    const BREAKS: &[Break] = &[
        ("Ingress/ingress-srv metadata/annotations {}", "\"/api/users\" has a rate limit: false"),
        ("Ingress/ingress-webhook metadata/annotations/nginx.ingress.kubernetes.io~1limit-rps '20'", "webhook\" has a"),
        ("Ingress/ingress-webhook spec/rules/0/http/paths/0/path /api/payments", "payments\" has a rate limit: false"),
        ("Ingress/ingress-webhook spec/rules []", "no rule of its own"),
        ("ConfigMap/ingress-nginx-controller data/limit-req-status-code", "must be a 429"),
    ];
    check(&PRODUCTION, rate_limits, BREAKS);
}
