//! How often a visitor may ask, in production.

use serde_json::Value;

use crate::checked::{Break, at, finds, holds, remove};
use crate::objects::{find, list, of_kind, text, title};
use crate::rendered::Set;

/// Stripe's events come many at a time, and from few addresses.
const NOT_LIMITED: &str = "/api/payments/webhook";

fn problems(objects: &[Value]) -> Vec<String> {
    let mut found = Vec::new();
    for ingress in of_kind(objects, "Ingress") {
        let limited = !text(ingress, "/metadata/annotations/nginx.ingress.kubernetes.io~1limit-rps").is_empty();
        let paths = list(ingress, "/spec/rules").iter().flat_map(|rule| list(rule, "/http/paths"));
        for path in paths.map(|it| text(it, "/path")).filter(|path| limited == (*path == NOT_LIMITED)) {
            found.push(format!("{}: {path} {}", title(ingress), if limited { "is limited" } else { "has no limit" }));
        }
    }
    let paths = of_kind(objects, "Ingress").flat_map(|it| list(it, "/spec/rules"));
    if !paths.flat_map(|it| list(it, "/http/paths")).any(|it| text(it, "/path") == NOT_LIMITED) {
        found.push(format!("{NOT_LIMITED} is limited as the rest is"));
    }
    let nginx = find(objects, "ConfigMap", "ingress-nginx-controller").unwrap_or(&Value::Null);
    if text(nginx, "/data/limit-req-status-code") != "429" {
        found.push("who asks too often is told that the shop is down".to_owned());
    }
    found
}

#[test]
fn who_asks_too_often_is_told_so_and_stripe_may() {
    const NOTES: &str = "/metadata/annotations";
    const RPS: &str = "nginx.ingress.kubernetes.io/limit-rps";
    const SRV: &str = "Ingress/ingress-srv";
    const HOOK: &str = "Ingress/ingress-webhook";
    holds(&[Set::Prod, Set::ProdWithAll], problems);
    let breaks: &[Break] = &[
        (SRV, |it| remove(it, NOTES, RPS), "/api/users has no limit"),
        (HOOK, |it| at(it, NOTES)[RPS] = "20".into(), "webhook is limited"),
        (
            HOOK,
            |it| at(it, "/spec/rules/0/http/paths/0")["path"] = "/api/payments".into(),
            "/api/payments has no limit",
        ),
        (HOOK, |it| *at(it, "/spec/rules") = serde_json::json!([]), "is limited as the rest"),
        ("ConfigMap/ingress-nginx-controller", |it| remove(it, "/data", "limit-req-status-code"), "is down"),
    ];
    finds(Set::Prod, breaks, problems);
}
