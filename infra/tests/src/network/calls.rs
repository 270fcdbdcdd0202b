//! The connections that the programs make. All others must be denied.

use crate::support::prelude::*;

/// Callers, whom they call, and at which port.
type Calls = (&'static [&'static str], &'static [&'static str], u16);

const PROGRAMS: &[&str] = &["auth", "tickets", "orders", "payments", "expiration", "client"];
const DATABASES: &[&str] = &["auth-mongo", "tickets-mongo", "orders-mongo", "payments-mongo"];

const ALWAYS: &[Calls] = &[
    (&["ingress-nginx"], &["auth", "tickets", "orders", "payments", "client"], 3000),
    (&["client"], &["auth", "tickets", "orders", "payments"], 3000),
    // A database is called by its program and by its own members.
    (&["auth", "auth-mongo"], &["auth-mongo"], 27017),
    (&["tickets", "tickets-mongo"], &["tickets-mongo"], 27017),
    (&["orders", "orders-mongo"], &["orders-mongo"], 27017),
    (&["payments", "payments-mongo"], &["payments-mongo"], 27017),
    (&["expiration"], &["expiration-redis"], 6379),
    (&["tickets", "orders", "payments", "expiration"], &["nats"], 4222),
    (&["nats"], &["nats"], 6222),
    // Stripe.
    (&["payments"], &["internet"], 443),
    (PROGRAMS, &["kube-dns", "dns-cache"], 53),
    (DATABASES, &["kube-dns", "dns-cache"], 53),
    (&["nats", "expiration-redis"], &["kube-dns", "dns-cache"], 53),
];

const PROD: &[Calls] = &[
    (&["mongo-backup"], DATABASES, 27017),
    (&["audit", "recover"], &["tickets-mongo", "orders-mongo", "payments-mongo"], 27017),
    (&["audit", "dead-letters", "recover"], &["nats"], 4222),
    (&["ingress-nginx"], &["solver"], 8089),
    (&["mongo-backup", "audit", "dead-letters", "recover"], &["kube-dns", "dns-cache"], 53),
];

/// With the optional components: backups leave the cluster, traces are collected.
const WITH_ALL: &[Calls] = &[
    (&["mongo-backup-upload"], &["internet"], 443),
    (&["mongo-backup-upload"], &["kube-dns", "dns-cache"], 53),
    (PROGRAMS, &["collector"], 4318),
];

/// All connections within a set, one by one.
pub fn of(set: Set) -> Vec<(&'static str, &'static str, u16)> {
    let tables: &[&[Calls]] = match set {
        Set::Base | Set::Dev => &[ALWAYS],
        Set::Prod => &[ALWAYS, PROD],
        Set::ProdWithAll => &[ALWAYS, PROD, WITH_ALL],
    };
    let rows = tables.iter().copied().flatten();
    rows.flat_map(|(from, to, port)| from.iter().flat_map(move |from| to.iter().map(move |to| (*from, *to, *port))))
        .collect()
}
