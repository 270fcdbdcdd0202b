//! The steps of the procedure.

use std::collections::BTreeSet;
use std::time::Duration;

use async_nats::jetstream::{self, stream::Stream};
use common::testing::eventually;
use futures::TryStreamExt;
use ops::audit::{Finding, audit};
use ops::recovery::{self, Recovered};
use xtask::stack::SERVICES;

use super::snapshot::Snapshot;
use crate::shop::Shop;

/// A service's database as it is now.
pub async fn backup(shop: &Shop, service: &str) -> Snapshot {
    Snapshot::take(&shop.database(service).await).await
}

/// The whole procedure.
pub async fn restore(shop: &mut Shop, service: &str, backup: &Snapshot) {
    restore_backup(shop, service, backup).await;
    let stack = shop.stack.inventory().for_operators().unwrap();
    recovery::recover(&stack, service).await.unwrap();
    let again = recovery::recover(&stack, service).await.unwrap();
    assert_eq!(again, Recovered::default(), "a second recovery changes something");
    redeliver(shop, service).await;
}

/// The procedure without recovery from replicas.
pub async fn restore_alone(shop: &mut Shop, service: &str, backup: &Snapshot) {
    restore_backup(shop, service, backup).await;
    redeliver(shop, service).await;
}

/// Stops the service, and the others when they have handled its events; then restores
/// its database.
async fn restore_backup(shop: &mut Shop, service: &str, backup: &Snapshot) {
    stop(shop, service).await;
    all_handled(shop, |consumer| !consumer.starts_with(service)).await;
    for other in SERVICES.into_iter().filter(|other| *other != service) {
        stop(shop, other).await;
    }
    backup.restore_backup(&shop.database(service).await).await;
}

/// Starts everything, so that the service receives every event of the stream again.
async fn redeliver(shop: &mut Shop, service: &str) {
    let events = events(shop).await;
    let had = consumers(&events, service).await;
    let rewound = recovery::redeliver(&shop.stack.inventory().for_operators().unwrap(), service).await.unwrap();
    assert_eq!((had.len() > 1, BTreeSet::from_iter(rewound)), (true, had.clone()));
    assert_eq!(consumers(&events, service).await, BTreeSet::new());
    for service in SERVICES {
        shop.stack.service_mut(service).unwrap().resume().await.unwrap();
    }
    eventually("the consumers are made anew", async || (consumers(&events, service).await == had).then_some(())).await;
    all_handled(shop, |_| true).await;
}

/// The findings of the audit, once there are `count` of them.
pub async fn findings(shop: &Shop, count: usize) -> Vec<String> {
    let mut last: Vec<Finding> = Vec::new();
    eventually("the audit finds the same twice", async || {
        let now = audit(&shop.stack.inventory().for_operators().unwrap(), Duration::ZERO).await.unwrap().findings;
        let same = now.len() == count && now == last;
        last.clone_from(&now);
        same.then(|| now.iter().map(ToString::to_string).collect())
    })
    .await
}

async fn stop(shop: &mut Shop, service: &str) {
    let status = shop.stack.service_mut(service).unwrap().stop().await.unwrap();
    assert!(status.success(), "{service}: {status}");
}

async fn events(shop: &Shop) -> Stream {
    let client = async_nats::connect(&shop.stack.inventory().nats.url).await.unwrap();
    jetstream::new(client).get_stream("TICKETING").await.unwrap()
}

/// The consumers of the service, as `nats consumer ls TICKETING` lists them.
async fn consumers(events: &Stream, service: &str) -> BTreeSet<String> {
    let names: BTreeSet<String> = events.consumer_names().try_collect().await.unwrap();
    names.into_iter().filter(|name| name.starts_with(&format!("{service}-service-"))).collect()
}

/// Waits until these consumers have handled everything.
async fn all_handled(shop: &Shop, which: impl Fn(&str) -> bool) {
    let broker = shop.broker().await;
    eventually("all messages are handled", async || {
        let backlog = broker.backlog().await.unwrap();
        let waiting = backlog.iter().any(|backlog| which(&backlog.consumer) && backlog.messages > 0);
        (!waiting).then_some(())
    })
    .await;
}
