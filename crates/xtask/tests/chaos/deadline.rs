//! Paying when time runs out: afterwards an order is either complete and
//! captured once, or cancelled with nothing kept. The audit says so.

use chrono::{DateTime, TimeDelta, Utc};
use common::api::orders::{Order, OrderStatus};
use common::testing::{Client, eventually};
use futures::future::join_all;
use serde_json::json;

use crate::shop::{Shop, at, cancel, ended, pay, show};

const OFFSETS: [i64; 3] = [-50, 0, 50];
const TIMES_EACH: usize = 4;

/// Some orders for each offset in milliseconds.
async fn orders(shop: &Shop) -> Vec<(i64, Client, Order)> {
    let offsets = OFFSETS.repeat(TIMES_EACH);
    let made = join_all(offsets.iter().map(|_| shop.ordered())).await;
    offsets.into_iter().zip(made).map(|(offset, (buyer, order))| (offset, buyer, order)).collect()
}

fn around(time: DateTime<Utc>, offset: i64) -> DateTime<Utc> {
    time + TimeDelta::milliseconds(offset)
}

#[tokio::test]
async fn around_the_end_of_the_hold() {
    let shop = Shop::open(5, 2).await;
    let orders = orders(&shop).await;
    let attempts = orders.iter().map(async |(offset, buyer, made)| {
        at(around(made.expires_at, *offset)).await;
        let reply = pay(buyer, &made.id, "pm_card_visa").await;
        if *offset > 0 {
            reply.refused(400, &["Order has expired"]);
        } else {
            assert!(matches!(reply.status.as_u16(), 201 | 400), "{}", reply.body);
        }
        (ended(buyer, &made.id).await.status, *offset)
    });
    for (status, offset) in join_all(attempts).await {
        assert!(offset <= 0 || status == OrderStatus::Cancelled, "paid {offset} ms late");
    }
    shop.audit().await;
}

#[tokio::test]
async fn around_the_end_of_the_grace() {
    const GRACE: u32 = 2;
    let shop = Shop::open(5, GRACE).await;
    let orders = orders(&shop).await;
    let attempts = orders.iter().map(async |(offset, buyer, made)| {
        // Begun in time: the bank asks the cardholder, who takes long to answer.
        let asked = pay(buyer, &made.id, "pm_card_threeDSecure2Required").await.expect(200).body;
        let intent = asked["clientSecret"].as_str().unwrap().split("_secret").next().unwrap().to_owned();
        at(around(made.expires_at + TimeDelta::seconds(GRACE.into()), *offset)).await;
        let _ = shop.stripe(&format!("/_authenticate/{intent}"), &json!({ "success": true })).await;
        let reply = pay(buyer, &made.id, "pm_card_threeDSecure2Required").await;
        assert!(matches!(reply.status.as_u16(), 201 | 400 | 503), "{} {}", reply.status, reply.body);
        ended(buyer, &made.id).await;
    });
    join_all(attempts).await;
    shop.audit().await;
}

#[tokio::test]
async fn money_that_comes_too_late_goes_back_and_the_buyer_sees_it() {
    let mut shop = Shop::open(900, 30).await;
    let (buyer, made) = shop.ordered().await;
    let asked = pay(&buyer, &made.id, "pm_card_threeDSecure2Required").await.expect(200).body;
    let intent = asked["clientSecret"].as_str().unwrap().split("_secret").next().unwrap().to_owned();
    // Payments sleeps through the buyer's second thoughts and the cardholder's answer.
    shop.stack.service_mut("payments").unwrap().stop().await;
    assert_eq!(cancel(&buyer, &made.id).await.status, 204);
    let _ = shop.stripe(&format!("/_authenticate/{intent}"), &json!({ "success": true })).await.expect(200);
    shop.stack.service_mut("payments").unwrap().resume().await.unwrap();
    eventually("the refund shows", async || show(&buyer, &made.id).await.refunded.then_some(())).await;
    shop.audit().await;
}
