//! Everybody at once, while programs are killed at random.

use std::time::Duration;

use common::testing::eventually;
use futures::future::join_all;
use rand::{Rng, seq::IndexedRandom};
use serde_json::json;
use tokio::time::Instant;
use xtask::stack::{SERVICES, StackOptions};

use crate::shop::{Shop, cancel, order, pay};

const LASTS: Duration = Duration::from_secs(25);
const PEOPLE: usize = 8;
const CARDS: [&str; 3] = ["pm_card_visa", "pm_card_visa", "pm_card_chargeDeclined"];

/// One visitor after another: lists, orders whatever is for sale, pays or
/// cancels or leaves it. Nothing is expected of any answer.
async fn visit(shop: &Shop, until: Instant) {
    let visitor = shop.somebody();
    while Instant::now() < until {
        let _ = visitor.post("/api/tickets", &json!({ "title": "Concert", "price": 20 })).await;
        let listed = visitor.get("/api/tickets?limit=5").await;
        let Ok(tickets) = serde_json::from_value::<Vec<common::api::tickets::Ticket>>(listed.body) else { continue };
        let chosen = tickets.choose(&mut rand::rng()).cloned();
        let Some(ticket) = chosen else { continue };
        let reply = order(&visitor, &ticket.id).await;
        if reply.status != 201 {
            continue;
        }
        let made: common::api::orders::Order = reply.read();
        for _ in 0..3 {
            let (dice, card) = (rand::rng().random_range(0..3), CARDS.choose(&mut rand::rng()).unwrap());
            match dice {
                0 => drop(cancel(&visitor, &made.id).await),
                _ => drop(pay(&visitor, &made.id, card).await),
            }
        }
    }
}

#[tokio::test]
async fn whatever_is_killed_when_the_promises_hold() {
    let options = |options| StackOptions {
        hold_seconds: Some(4),
        grace_seconds: Some(2),
        restart: xtask::process::Restart::Always,
        ..options
    };
    let shop = Shop::with(options).await;
    let until = Instant::now() + LASTS;
    let visits = join_all((0..PEOPLE).map(|_| visit(&shop, until)));
    let killer = async {
        while Instant::now() < until {
            let victim = SERVICES.choose(&mut rand::rng()).unwrap();
            shop.stack.service(victim).unwrap().process().signal(xtask::process::Signal::KILL);
            tokio::time::sleep(Duration::from_millis(1500)).await;
        }
    };
    tokio::join!(visits, killer);
    eventually("all are back", async || {
        let ready = join_all(SERVICES.map(|service| shop.stack.service(service).unwrap().ready())).await;
        ready.iter().all(Result::is_ok).then_some(())
    })
    .await;
    shop.audit().await;
}
