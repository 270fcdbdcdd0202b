//! Every setting is used, and the cookies fit the address.

use crate::support::prelude::*;

fn settings(objects: &[Value]) -> impl Iterator<Item = (&str, &str)> {
    let maps = of_kind(objects, "ConfigMap").filter(|map| name(map).starts_with("settings"));
    maps.flat_map(|map| entries(map, "/data"))
}

/// Settings that no container reads and that are written into no object.
fn unused(objects: &[Value]) -> Vec<String> {
    let hosts = |key| of_kind(objects, "Ingress").flat_map(move |it| deep(&it["spec"], key));
    let is_used = |(key, value): &(&str, &str)| match *key {
        "DOMAIN" => {
            let certified = hosts("hosts").flat_map(|it| list(it, ""));
            hosts("host").chain(certified).all(|host| host == value)
        }
        "CERTIFICATE_EMAIL" => of_kind(objects, "Issuer").all(|it| text(it, "/spec/acme/email") == *value),
        key => {
            let references = workloads(objects).flat_map(|(_, pod)| deep(pod, "configMapKeyRef"));
            references.into_iter().any(|it| text(it, "/key") == key)
        }
    };
    settings(objects).filter(|it| !is_used(it)).map(|(key, value)| format!("{key}={value} is not used")).collect()
}

/// Cookies are for HTTPS alone exactly where the shop is served by HTTPS.
fn cookies(objects: &[Value]) -> Vec<String> {
    let secure: Vec<&str> = settings(objects).filter(|it| it.0 == "COOKIE_SECURE").map(|(_, value)| value).collect();
    let https = of_kind(objects, "Ingress").any(|ingress| !list(ingress, "/spec/tls").is_empty());
    let wanted = if https { "true" } else { "false" };
    let problem = format!("set COOKIE_SECURE to {wanted}, not {secure:?}");
    if secure == [wanted] { Vec::new() } else { vec![problem] }
}

#[test]
fn every_setting_is_used() {
    const BREAKS: &[Break] = &[("ConfigMap/settings* data/ODRER_HOLD_SECONDS '900'", "ODRER_HOLD_SECONDS=900 is not")];
    check(&APPLIED, unused, BREAKS);
    check(&PRODUCTION, unused, &[("Ingress/ingress-srv spec/rules/0/host other.example", "DOMAIN=")]);
}

#[test]
fn cookies_are_secure_where_the_shop_has_https() {
    check(&APPLIED, cookies, &[("ConfigMap/settings* data/COOKIE_SECURE maybe", "set COOKIE_SECURE")]);
}
