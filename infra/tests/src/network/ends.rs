//! Who could call and be called.

use std::net::{IpAddr, Ipv4Addr};

use serde_json::{Value, json};

use crate::objects::{list, of_kind, text, workloads};

/// One end of a call.
pub struct End {
    pub name: String,
    /// Labels of its namespace; null for what is no pod.
    pub namespace: Value,
    /// Its own labels; null for what is no pod.
    pub labels: Value,
    pub ip: IpAddr,
    /// Names of its ports with their numbers.
    pub ports: Vec<(String, u64)>,
    /// Not ours: what it does is not for our policies to say.
    pub outside: bool,
}

/// What a policy sees as the shop's namespace.
pub fn shop() -> Value {
    json!({ "kubernetes.io/metadata.name": "ticketing" })
}

/// The pods of the objects, and those and that around them.
pub fn all(objects: &[Value]) -> Vec<End> {
    let mut ends: Vec<End> = workloads(objects).map(|(_, pod)| ours(pod)).collect();
    // In production the namespace is the shop's own.
    let own = of_kind(objects, "Namespace").next().is_some();
    if own {
        // Made by cert-manager while it gets a certificate.
        let labels = json!({ "acme.cert-manager.io/http01-solver": "true" });
        ends.push(End { outside: false, ..pod("solver", shop(), labels) });
    }
    ends.push(End { outside: !own, ..pod("stranger", shop(), json!({ "app": "stranger" })) });
    let named = |name: &str| json!({ "kubernetes.io/metadata.name": name });
    ends.extend([
        // As if it were ours, but in another namespace.
        pod("neighbour", named("neighbours"), json!({ "app": "orders", "app.kubernetes.io/part-of": "ticketing" })),
        pod("ingress-nginx", named("ingress-nginx"), json!({ "app.kubernetes.io/name": "ingress-nginx" })),
        pod("kube-dns", named("kube-system"), json!({ "k8s-app": "kube-dns" })),
        pod("collector", named("observability"), json!({ "app": "collector" })),
        address("dns-cache", Ipv4Addr::new(169, 254, 20, 10)),
        address("internet", Ipv4Addr::new(54, 187, 174, 169)),
        // Where clouds tell a node's credentials.
        address("metadata", Ipv4Addr::new(169, 254, 169, 254)),
    ]);
    ends
}

fn ours(template: &Value) -> End {
    let labels = template.pointer("/metadata/labels").cloned().unwrap_or_default();
    let ports = list(template, "/spec/containers").iter().flat_map(|container| list(container, "/ports"));
    let ports = ports.filter_map(|port| Some((text(port, "/name").to_owned(), port.get("containerPort")?.as_u64()?)));
    let name = text(&labels, "/app").to_owned();
    End { outside: false, ports: ports.collect(), ..pod(&name, shop(), labels) }
}

fn pod(name: &str, namespace: Value, labels: Value) -> End {
    let ip = Ipv4Addr::new(10, 244, 0, 9).into();
    End { name: name.to_owned(), namespace, labels, ip, ports: Vec::new(), outside: true }
}

fn address(name: &str, ip: Ipv4Addr) -> End {
    End { ip: ip.into(), ..pod(name, Value::Null, Value::Null) }
}
