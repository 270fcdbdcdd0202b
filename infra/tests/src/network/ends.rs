//! The pods and addresses between which connections are checked.

use std::net::{IpAddr, Ipv4Addr};

use crate::support::prelude::*;

/// One end of a connection.
pub struct End {
    pub name: String,
    /// Labels of its namespace; null for an address.
    pub namespace: Value,
    /// Its own labels; null for an address.
    pub labels: Value,
    pub ip: IpAddr,
    /// Not the shop's: its connections to others are not restricted here.
    pub outside: bool,
}

/// The labels of the shop's namespace.
pub fn shop() -> Value {
    json!({ "kubernetes.io/metadata.name": "ticketing" })
}

/// The pods of the objects, and everything around them.
pub fn all(objects: &[Value]) -> Vec<End> {
    let named = |name: &str| json!({ "kubernetes.io/metadata.name": name });
    // In production the shop has the namespace to itself.
    let own = of_kind(objects, "Namespace").next().is_some();
    let mut ends = vec![
        End { outside: !own, ..pod("stranger", shop(), json!({ "app": "stranger" })) },
        // Labelled like ours, in another namespace.
        pod("neighbour", named("neighbours"), json!({ "app": "orders", "app.kubernetes.io/part-of": "ticketing" })),
        pod("ingress-nginx", named("ingress-nginx"), json!({ "app.kubernetes.io/name": "ingress-nginx" })),
        pod("kube-dns", named("kube-system"), json!({ "k8s-app": "kube-dns" })),
        pod("collector", named("observability"), json!({ "app": "collector" })),
        address("dns-cache", Ipv4Addr::new(169, 254, 20, 10)),
        address("internet", Ipv4Addr::new(54, 187, 174, 169)),
        // Where clouds serve a node's credentials.
        address("metadata", Ipv4Addr::new(169, 254, 169, 254)),
    ];
    if own {
        // cert-manager's pod while it requests a certificate.
        let labels = json!({ "acme.cert-manager.io/http01-solver": "true" });
        ends.push(End { outside: false, ..pod("solver", shop(), labels) });
    }
    ends.extend(workloads(objects).map(|(_, template)| ours(template)));
    ends
}

fn ours(template: &Value) -> End {
    let labels = template["metadata"]["labels"].clone();
    let name = text(&labels, "/app").to_owned();
    End { outside: false, ..pod(&name, shop(), labels) }
}

fn pod(name: &str, namespace: Value, labels: Value) -> End {
    let ip = Ipv4Addr::new(10, 244, 0, 9).into();
    End { name: name.to_owned(), namespace, labels, ip, outside: true }
}

fn address(name: &str, ip: Ipv4Addr) -> End {
    End { ip: ip.into(), ..pod(name, Value::Null, Value::Null) }
}
