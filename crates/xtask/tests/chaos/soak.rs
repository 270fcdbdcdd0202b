//! Load while programs are killed at random and restart by themselves.

use std::time::Duration;

use common::testing::eventually;
use futures::future::join_all;
use rand::seq::IndexedRandom;
use tokio::time::Instant;
use xtask::process::{Restart, Signal};
use xtask::stack::{SERVICES, StackOptions};

use crate::load::Load;
use crate::shop::Shop;

const LASTS: Duration = Duration::from_secs(25);

#[tokio::test]
async fn every_invariant_holds_though_services_are_killed_at_random() {
    let options =
        |options| StackOptions { hold_seconds: Some(4), grace_seconds: Some(2), restart: Restart::Always, ..options };
    let shop = Shop::with(options).await;
    let (load, until) = (Load::start(&shop), Instant::now() + LASTS);
    while Instant::now() < until {
        let victim = SERVICES.choose(&mut rand::rng()).unwrap();
        shop.stack.service(victim).unwrap().process().signal(Signal::KILL);
        tokio::time::sleep(Duration::from_millis(1500)).await;
    }
    eventually("all services are ready", async || {
        let ready = join_all(SERVICES.map(|service| shop.stack.service(service).unwrap().ready())).await;
        ready.iter().all(Result::is_ok).then_some(())
    })
    .await;
    load.stop().await;
    shop.audit().await;
}
