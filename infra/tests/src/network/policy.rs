//! How Kubernetes evaluates policies: in each direction, a pod that no policy selects is
//! unrestricted, and any other may do only what one of those policies allows. Both ends
//! must allow a connection. Features that no policy here uses are refused.

use ipnet::IpNet;

use super::ends::{End, shop};
use crate::support::prelude::*;

/// Whether `from` can call `to`.
pub fn allows(objects: &[Value], from: &End, to: &End, port: u16, protocol: &str) -> bool {
    let allowed = |direction: &str, rules: &str, peers: &str, of: &End, other: &End| {
        let selecting = of_kind(objects, "NetworkPolicy")
            .map(|policy| &policy["spec"])
            .filter(|spec| of.namespace == shop() && applies(spec, direction, rules))
            .filter(|spec| selects(&spec["podSelector"], &of.labels));
        let mut selecting = selecting.peekable();
        selecting.peek().is_none()
            || selecting.flat_map(|spec| list(spec, rules)).any(|rule| {
                let peers = list(rule, peers);
                (peers.is_empty() || peers.iter().any(|peer| is_peer(peer, other))) && has_port(rule, port, protocol)
            })
    };
    allowed("Egress", "/egress", "/to", from, to) && allowed("Ingress", "/ingress", "/from", to, from)
}

/// Without `policyTypes`, a policy applies to ingress, and to egress if it has such rules.
fn applies(spec: &Value, direction: &str, rules: &str) -> bool {
    match list(spec, "/policyTypes") {
        [] => direction == "Ingress" || !list(spec, rules).is_empty(),
        types => types.iter().any(|it| it == direction),
    }
}

fn is_peer(peer: &Value, end: &End) -> bool {
    if let Some(block) = peer.get("ipBlock") {
        let contains = |range: &Value| range.as_str().unwrap().parse::<IpNet>().unwrap().contains(&end.ip);
        return contains(&block["cidr"]) && !list(block, "/except").iter().any(contains);
    }
    let here = peer.get("namespaceSelector").map_or(end.namespace == shop(), |it| selects(it, &end.namespace));
    !end.labels.is_null() && here && peer.get("podSelector").is_none_or(|it| selects(it, &end.labels))
}

/// An empty selector selects all.
fn selects(selector: &Value, labels: &Value) -> bool {
    let equal = entries(selector, "/matchLabels").all(|(key, value)| labels[key] == value);
    equal
        && list(selector, "/matchExpressions").iter().all(|it| {
            assert_eq!(it["operator"], "In", "this test knows no other operator");
            list(it, "/values").contains(&labels[text(it, "/key")])
        })
}

fn has_port(rule: &Value, wanted: u16, protocol: &str) -> bool {
    let ports = list(rule, "/ports");
    ports.is_empty()
        || ports.iter().any(|entry| {
            assert!(entry["port"].is_u64() && entry.get("endPort").is_none(), "this test knows single numbers alone");
            entry["port"] == wanted && entry.get("protocol").map_or("TCP", |it| it.as_str().unwrap()) == protocol
        })
}
