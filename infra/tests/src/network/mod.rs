//! The policies allow exactly the connections that are made.

mod ends;
mod policy;

use crate::support::prelude::*;

/// Every port that something here listens on, and some more.
const PORTS: [u16; 12] = [53, 80, 443, 3000, 4222, 4318, 6222, 6379, 8089, 8222, 9090, 27017];

/// Callers, whom they call, and at which port.
type Calls = Vec<(Vec<String>, Vec<String>, u16)>;

/// All connections within a set, one by one.
fn calls(set: Set) -> BTreeSet<(String, String, u16)> {
    let tables: BTreeMap<String, Calls> = serde_yaml_ng::from_str(include_str!("calls.yaml")).unwrap();
    let names: &[&str] = match set {
        Set::Base | Set::Dev => &["always"],
        Set::Prod => &["always", "production"],
        Set::ProdWithAll => &["always", "production", "with_all_components"],
    };
    let rows = names.iter().flat_map(|name| &tables[*name]);
    let pairs =
        rows.flat_map(|(from, to, port)| from.iter().flat_map(move |from| to.iter().map(move |to| (from, to, port))));
    pairs.map(|(from, to, port)| (from.clone(), to.clone(), *port)).collect()
}

/// Connections that are made and denied, or allowed and never made.
fn problems(set: Set, objects: &[Value]) -> Vec<String> {
    let (ends, calls) = (ends::all(objects), calls(set));
    let mut found = Vec::new();
    for from in &ends {
        for to in ends.iter().filter(|to| !(from.outside && to.outside)) {
            for port in PORTS {
                let made = calls.contains(&(from.name.clone(), to.name.clone(), port));
                if made != policy::allows(objects, from, to, port, "TCP") {
                    let verb = if made { "may not call" } else { "may call" };
                    found.push(format!("{} {verb} {} at {port}", from.name, to.name));
                }
            }
        }
        // Names are looked up by UDP as well.
        let dns = ends.iter().find(|end| end.name == "kube-dns").unwrap();
        let ours = from.labels["app.kubernetes.io/part-of"] == "ticketing" && !from.outside;
        if ours && !policy::allows(objects, from, dns, 53, "UDP") {
            found.push(format!("{} may not call kube-dns by UDP", from.name));
        }
    }
    found
}

#[test]
fn every_connection_that_is_made_is_allowed_and_no_other() {
    const BREAKS: &[Break] = &[
        ("NetworkPolicy/auth spec/egress", "auth may not call auth-mongo at 27017"),
        ("NetworkPolicy/auth spec/ingress", "client may not call auth at 3000"),
        ("NetworkPolicy/auth spec/egress [{}]", "auth may call internet at 443"),
        ("NetworkPolicy/auth spec/ingress [{}]", "stranger may call auth at 9090"),
        ("NetworkPolicy/auth spec/podSelector {}", "ingress-nginx may call expiration at 3000"),
        ("NetworkPolicy/auth spec/egress/0/ports/0/port 27018", "auth may not call auth-mongo at 27017"),
        ("NetworkPolicy/auth spec/egress/0/ports/0/protocol UDP", "auth may not call auth-mongo at 27017"),
        ("NetworkPolicy/orders-mongo spec/ingress [{from: [{podSelector: {}}]}]", "stranger may call orders-mongo"),
        ("NetworkPolicy/orders-mongo spec/ingress [{from: [{namespaceSelector: {}}]}]", "neighbour may call orders-"),
        ("NetworkPolicy/payments spec/egress [{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]", "payments may call metadata"),
        ("NetworkPolicy/dns spec/egress []", "orders may not call kube-dns by UDP"),
    ];
    for set in APPLIED {
        check(&[set], |objects| problems(set, objects), if set == Set::Dev { BREAKS } else { &[] });
    }
    // In a namespace of its own, the shop also denies pods that it did not start.
    let deny =
        ("NetworkPolicy/default-deny spec/podSelector {matchLabels: {app: nobody}}", "neighbour may call stranger");
    check(&[Set::Prod], |objects| problems(Set::Prod, objects), &[deny]);
}
