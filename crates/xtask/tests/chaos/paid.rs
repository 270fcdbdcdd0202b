//! A payment that was answered 201 keeps its ticket, though services are down at the end
//! of the hold or a clock is wrong.

use chrono::TimeDelta;
use common::{
    api::orders::{Order, OrderStatus},
    events::ExpirationComplete,
    messaging::Publisher,
    testing::Client,
};
use futures::future::join_all;

use crate::shop::{Shop, at, becomes, ended, pay, show};

/// How long before the end of the hold the buyers pay, in seconds.
const BEFORE: i64 = 3;

async fn orders(shop: &Shop) -> Vec<(Client, Order)> {
    join_all((0..6).map(|_| shop.ordered())).await
}

/// Pays all orders but the first just in time, and waits until the holds are over.
async fn paid_in_time(orders: &[(Client, Order)]) {
    let end = orders.iter().map(|(_, order)| order.expires_at).min().unwrap();
    at(end - TimeDelta::seconds(BEFORE)).await;
    join_all(orders[1..].iter().map(async |(buyer, order)| {
        let _ = pay(buyer, &order.id, "pm_card_visa").await.expect(201);
    }))
    .await;
    let end = orders.iter().map(|(_, order)| order.expires_at).max().unwrap();
    at(end + TimeDelta::seconds(2)).await;
}

/// Fails unless exactly the paid orders are complete.
async fn all_kept(shop: &Shop, orders: &[(Client, Order)]) {
    becomes(&orders[0].0, &orders[0].1.id, OrderStatus::Cancelled).await;
    for (buyer, order) in &orders[1..] {
        becomes(buyer, &order.id, OrderStatus::Complete).await;
    }
    shop.audit().await;
}

#[tokio::test]
async fn orders_paid_in_time_stay_paid_though_nats_is_down_at_the_end() {
    let mut shop = Shop::open(8, 0).await;
    let orders = orders(&shop).await;
    shop.stack.stores.nats.stop().await;
    paid_in_time(&orders).await;
    shop.stack.stores.nats.resume().await.unwrap();
    all_kept(&shop, &orders).await;
}

#[tokio::test]
async fn orders_paid_in_time_stay_paid_though_orders_is_down_at_the_end() {
    let mut shop = Shop::open(8, 0).await;
    let orders = orders(&shop).await;
    shop.stack.service_mut("orders").unwrap().kill().await;
    paid_in_time(&orders).await;
    shop.stack.service_mut("orders").unwrap().resume().await.unwrap();
    all_kept(&shop, &orders).await;
}

#[tokio::test]
async fn orders_paid_in_time_stay_paid_though_payments_is_killed_right_after() {
    let mut shop = Shop::with(|options| xtask::stack::StackOptions {
        hold_seconds: Some(8),
        grace_seconds: Some(0),
        sync_writes: true,
        ..options
    })
    .await;
    let orders = orders(&shop).await;
    // Without NATS, payments' events stay in its outboxes.
    shop.stack.stores.nats.stop().await;
    paid_in_time(&orders).await;
    shop.stack.service_mut("payments").unwrap().kill().await;
    shop.stack.stores.nats.resume().await.unwrap();
    shop.stack.service_mut("payments").unwrap().resume().await.unwrap();
    all_kept(&shop, &orders).await;
}

#[tokio::test]
async fn an_expiration_whose_clock_is_an_hour_ahead_cancels_nothing_early() {
    let shop = Shop::open(20, 0).await;
    let orders = orders(&shop).await;
    // A replica of expiration whose clock is ahead reports the end of all holds, once.
    let broker = shop.broker().await;
    for (_, order) in &orders {
        broker.publish(&ExpirationComplete { order_id: order.id.clone() }).await.unwrap();
    }
    let (waiting, paying) = orders.split_at(4);
    for (buyer, order) in paying {
        assert_eq!(show(buyer, &order.id).await.status, OrderStatus::Created);
        let _ = pay(buyer, &order.id, "pm_card_visa").await.expect(201);
        becomes(buyer, &order.id, OrderStatus::Complete).await;
    }
    at(waiting.iter().map(|(_, order)| order.expires_at).min().unwrap() - TimeDelta::seconds(1)).await;
    for (buyer, order) in waiting {
        assert!(show(buyer, &order.id).await.status == OrderStatus::Created, "cancelled before its time");
    }
    for (buyer, order) in waiting {
        assert_eq!(ended(buyer, &order.id).await.status, OrderStatus::Cancelled);
    }
    shop.audit().await;
}
