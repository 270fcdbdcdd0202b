//! Payments around the end of a hold: afterwards an order is either complete and charged
//! once, or cancelled and not charged. The audit checks it.

use chrono::{DateTime, TimeDelta, Utc};
use common::api::orders::{Order, OrderStatus};
use common::testing::{Client, eventually};
use futures::future::join_all;
use serde_json::json;

use crate::shop::{Shop, at, cancel, ended, pay, show};

/// When to pay, in milliseconds after the end.
const OFFSETS: [i64; 4] = [IN_TIME, -50, 0, 50];
/// So early that the payment must succeed.
const IN_TIME: i64 = -1500;
const TIMES_EACH: usize = 4;

/// Some orders for each offset.
async fn orders(shop: &Shop) -> Vec<(i64, Client, Order)> {
    let offsets = OFFSETS.repeat(TIMES_EACH);
    let made = join_all(offsets.iter().map(|_| shop.ordered())).await;
    offsets.into_iter().zip(made).map(|(offset, (buyer, order))| (offset, buyer, order)).collect()
}

fn around(time: DateTime<Utc>, offset: i64) -> DateTime<Utc> {
    time + TimeDelta::milliseconds(offset)
}

#[tokio::test]
async fn a_payment_around_the_end_of_its_hold_succeeds_in_time_alone() {
    let shop = Shop::open(5, 2).await;
    let orders = orders(&shop).await;
    let attempts = orders.iter().map(async |(offset, buyer, made)| {
        at(around(made.expires_at, *offset)).await;
        let reply = pay(buyer, &made.id, "pm_card_visa").await;
        let paid = reply.status == 201;
        match *offset {
            IN_TIME => assert!(paid, "{}", reply.body),
            1.. => reply.refused(400, &["Order has expired"]),
            _ => assert!(matches!(reply.status.as_u16(), 201 | 400), "{}", reply.body),
        }
        let expected = if paid { OrderStatus::Complete } else { OrderStatus::Cancelled };
        assert_eq!(ended(buyer, &made.id).await.status, expected, "{offset} ms");
    });
    join_all(attempts).await;
    shop.audit().await;
}

#[tokio::test]
async fn a_payment_around_the_end_of_its_grace_succeeds_in_time_alone() {
    const GRACE: u32 = 2;
    let shop = Shop::open(5, GRACE).await;
    let orders = orders(&shop).await;
    let attempts = orders.iter().map(async |(offset, buyer, made)| {
        // It begins in time, and the cardholder authenticates late.
        let asked = pay(buyer, &made.id, "pm_card_threeDSecure2Required").await.expect(200).body;
        let intent = asked["clientSecret"].as_str().unwrap().split("_secret").next().unwrap().to_owned();
        at(around(made.expires_at + TimeDelta::seconds(GRACE.into()), *offset)).await;
        let _ = shop.stripe(&format!("/_authenticate/{intent}"), &json!({ "success": true })).await;
        let reply = pay(buyer, &made.id, "pm_card_threeDSecure2Required").await;
        assert!(matches!(reply.status.as_u16(), 201 | 400 | 503), "{} {}", reply.status, reply.body);
        let status = ended(buyer, &made.id).await.status;
        assert!(*offset != IN_TIME || status == OrderStatus::Complete, "{} {}", reply.status, reply.body);
        assert!(reply.status != 201 || status == OrderStatus::Complete, "paid, and {status:?}");
    });
    join_all(attempts).await;
    shop.audit().await;
}

#[tokio::test]
async fn a_payment_for_a_cancelled_order_is_refunded_and_the_buyer_sees_it() {
    let mut shop = Shop::open(900, 30).await;
    let (buyer, made) = shop.ordered().await;
    let asked = pay(&buyer, &made.id, "pm_card_threeDSecure2Required").await.expect(200).body;
    let intent = asked["clientSecret"].as_str().unwrap().split("_secret").next().unwrap().to_owned();
    // While payments is down, the buyer cancels and the cardholder authenticates.
    shop.stack.service_mut("payments").unwrap().stop().await;
    assert_eq!(cancel(&buyer, &made.id).await.status, 204);
    let _ = shop.stripe(&format!("/_authenticate/{intent}"), &json!({ "success": true })).await.expect(200);
    shop.stack.service_mut("payments").unwrap().resume().await.unwrap();
    eventually("the refund shows", async || show(&buyer, &made.id).await.refunded.then_some(())).await;
    shop.audit().await;
}
