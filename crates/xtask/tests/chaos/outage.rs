//! Stores that are down for a while.

use std::time::Duration;

use common::api::orders::{Order, OrderStatus};
use futures::future::join_all;
use tokio::time::Instant;

use crate::shop::{Shop, becomes, ended, order, pay};

#[tokio::test]
async fn tickets_and_orders_work_while_nats_is_down_for_20_seconds() {
    let mut shop = Shop::open(900, 30).await;
    let stock = join_all((0..20).map(|_| shop.for_sale())).await;
    shop.stack.stores.nats.stop().await;
    let (stopped, buyer, mut orders, mut listed) = (Instant::now(), shop.somebody(), Vec::new(), 0);
    for (_, ticket) in &stock {
        orders.push(order(&buyer, &ticket.id).await.expect(201).read::<Order>());
        shop.list().await;
        listed += 1;
        tokio::time::sleep_until(stopped + Duration::from_secs(listed)).await;
    }
    assert!(stopped.elapsed() >= Duration::from_secs(20));
    shop.stack.stores.nats.resume().await.unwrap();

    for made in &orders {
        shop.held_by(&made.ticket.id, Some(&made.id)).await;
    }
    shop.payable(&orders[0].id).await;
    let _ = pay(&buyer, &orders[0].id, "pm_card_visa").await.expect(201);
    becomes(&buyer, &orders[0].id, OrderStatus::Complete).await;
    shop.audit().await;
}

#[tokio::test]
async fn holds_end_though_redis_lost_all_jobs() {
    let shop = Shop::open(6, 0).await;
    let orders = join_all((0..5).map(|_| shop.ordered())).await;
    let redis = redis::Client::open(shop.stack.stores.redis.url()).unwrap();
    let mut redis = redis.get_multiplexed_async_connection().await.unwrap();
    redis::cmd("FLUSHALL").exec_async(&mut redis).await.unwrap();
    for (buyer, made) in &orders {
        becomes(buyer, &made.id, OrderStatus::Cancelled).await;
    }
    shop.audit().await;
}

#[tokio::test]
async fn holds_end_though_redis_was_down_at_their_end() {
    let mut shop = Shop::open(3, 0).await;
    let (buyer, made) = shop.ordered().await;
    shop.stack.stores.redis.stop().await;
    crate::shop::at(made.expires_at).await;
    shop.stack.stores.redis.resume().await.unwrap();
    assert_eq!(ended(&buyer, &made.id).await.status, OrderStatus::Cancelled);
    shop.audit().await;
}

#[tokio::test]
async fn a_payment_is_refused_while_mongo_is_down_and_succeeds_afterwards() {
    let mut shop = Shop::open(900, 30).await;
    let (buyer, made) = shop.ordered().await;
    shop.stack.stores.mongo.stop().await;
    let refused = pay(&buyer, &made.id, "pm_card_visa").await.expect(503);
    assert!(refused.headers.contains_key("retry-after"));
    shop.stack.stores.mongo.resume().await.unwrap();
    let paid = common::testing::eventually("payments works again", async || {
        Some(pay(&buyer, &made.id, "pm_card_visa").await).filter(|reply| reply.status != 503)
    })
    .await;
    let _ = paid.expect(201);
    becomes(&buyer, &made.id, OrderStatus::Complete).await;
    shop.audit().await;
}
