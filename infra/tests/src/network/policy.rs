//! What policies allow, as Kubernetes says: a pod that no policy of a direction
//! selects may do all in it, any other only what one of those allows. A call takes
//! both ends' leave.

use std::net::IpAddr;

use serde_json::Value;

use super::ends::{End, shop};
use crate::objects::{list, of_kind, text};

/// Whether `from` can call `to`.
pub fn allows(objects: &[Value], from: &End, to: &End, port: u16, protocol: &str) -> bool {
    let leave = |direction: &Direction, of: &End, other: &End| {
        let selecting: Vec<&Value> = of_kind(objects, "NetworkPolicy")
            .filter(|policy| applies(policy, direction) && of.namespace == shop())
            .filter(|policy| selects(&policy["spec"]["podSelector"], &of.labels))
            .collect();
        let rules = selecting.iter().flat_map(|policy| list(policy, direction.rules));
        selecting.is_empty()
            || rules.into_iter().any(|rule| {
                let peers = rule.get(direction.peers).and_then(Value::as_array).filter(|peers| !peers.is_empty());
                peers.is_none_or(|peers| peers.iter().any(|peer| is_peer(peer, other)))
                    && has_port(list(rule, "/ports"), to, port, protocol)
            })
    };
    leave(&EGRESS, from, to) && leave(&INGRESS, to, from)
}

struct Direction {
    name: &'static str,
    rules: &'static str,
    peers: &'static str,
}

const INGRESS: Direction = Direction { name: "Ingress", rules: "/spec/ingress", peers: "from" };
const EGRESS: Direction = Direction { name: "Egress", rules: "/spec/egress", peers: "to" };

/// Without `policyTypes`, a policy is for ingress, and for egress if it has such rules.
fn applies(policy: &Value, direction: &Direction) -> bool {
    let types = list(policy, "/spec/policyTypes");
    if types.is_empty() {
        return direction.name == "Ingress" || !list(policy, direction.rules).is_empty();
    }
    types.iter().any(|kind| kind == direction.name)
}

fn is_peer(peer: &Value, end: &End) -> bool {
    if let Some(block) = peer.get("ipBlock") {
        let except = list(block, "/except").iter().filter_map(Value::as_str);
        return contains(text(block, "/cidr"), end.ip) && !except.into_iter().any(|range| contains(range, end.ip));
    }
    let is_pod = !end.labels.is_null();
    let here = peer.get("namespaceSelector").map_or(end.namespace == shop(), |it| selects(it, &end.namespace));
    is_pod && here && peer.get("podSelector").is_none_or(|it| selects(it, &end.labels))
}

/// An empty selector selects all.
fn selects(selector: &Value, labels: &Value) -> bool {
    let equal = selector.get("matchLabels").and_then(Value::as_object).into_iter().flatten();
    let all_equal = equal.into_iter().all(|(key, value)| labels.get(key) == Some(value));
    all_equal && list(selector, "/matchExpressions").iter().all(|expression| fits(expression, labels))
}

fn fits(expression: &Value, labels: &Value) -> bool {
    let label = labels.get(text(expression, "/key"));
    let listed = label.is_some_and(|label| list(expression, "/values").contains(label));
    match text(expression, "/operator") {
        "In" => listed,
        "NotIn" => !listed,
        "Exists" => label.is_some(),
        "DoesNotExist" => label.is_none(),
        other => panic!("Kubernetes has no operator {other}"),
    }
}

fn has_port(ports: &[Value], to: &End, wanted: u16, protocol: &str) -> bool {
    ports.is_empty()
        || ports.iter().any(|entry| {
            let first = match &entry["port"] {
                Value::Null => return is(entry, protocol),
                Value::String(name) => to.ports.iter().find(|(known, _)| known == name).map(|(_, number)| *number),
                number => number.as_u64(),
            };
            let last = entry.get("endPort").and_then(Value::as_u64).or(first);
            is(entry, protocol) && first <= Some(wanted.into()) && Some(wanted.into()) <= last && first.is_some()
        })
}

fn is(entry: &Value, protocol: &str) -> bool {
    entry.get("protocol").and_then(Value::as_str).unwrap_or("TCP") == protocol
}

/// Whether an address is in a range: `10.0.0.0/8`.
fn contains(range: &str, ip: IpAddr) -> bool {
    let (base, length) = range.split_once('/').unwrap();
    let length: u32 = length.parse().unwrap();
    match (base.parse().unwrap(), ip) {
        (IpAddr::V4(base), IpAddr::V4(ip)) => length == 0 || (base.to_bits() ^ ip.to_bits()) >> (32 - length) == 0,
        (IpAddr::V6(base), IpAddr::V6(ip)) => length == 0 || (base.to_bits() ^ ip.to_bits()) >> (128 - length) == 0,
        _ => false,
    }
}

#[test]
fn ranges_hold_the_addresses_that_they_should() {
    for (range, ip, inside) in [
        ("10.0.0.0/8", "10.255.0.1", true),
        ("10.0.0.0/8", "11.0.0.1", false),
        ("0.0.0.0/0", "8.8.8.8", true),
        ("169.254.20.10/32", "169.254.20.11", false),
        ("fc00::/7", "fd00::1", true),
        ("::/0", "8.8.8.8", false),
    ] {
        assert_eq!(contains(range, ip.parse().unwrap()), inside, "{range} {ip}");
    }
}
