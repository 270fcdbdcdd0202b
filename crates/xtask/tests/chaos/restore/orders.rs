use common::api::OrderId;
use common::api::orders::{Order, OrderStatus};
use common::events::ExpirationComplete;
use common::messaging::DeadLetters;
use common::testing::{Client, eventually};
use futures::future::join_all;
use serde_json::json;

use super::recipe::{backup, findings, restore, restore_alone};
use crate::shop::{Shop, becomes, cancel, ended, order, pay, show};

/// No hold has ended yet, so the events are enough.
#[tokio::test]
async fn restored_orders_receive_tickets_and_payments_again() {
    let mut shop = Shop::open(900, 30).await;
    let (buyer, known) = shop.ordered().await;
    let (_, ticket) = shop.for_sale().await;
    // The backup has an order that is not published yet.
    shop.stack.stores.nats.stop().await;
    let unpublished: Order = order(&buyer, &ticket.id).await.expect(201).read();
    let before = backup(&shop, "orders").await;
    shop.stack.stores.nats.resume().await.unwrap();
    for made in [&known, &unpublished] {
        shop.complete(&buyer, &made.id).await;
    }
    let (_, newer) = shop.for_sale().await;
    shop.audit().await;

    restore_alone(&mut shop, "orders", &before).await;
    for made in [&known, &unpublished] {
        becomes(&buyer, &made.id, OrderStatus::Complete).await;
    }
    shop.audit().await;
    let last: Order = order(&buyer, &newer.id).await.expect(201).read();
    shop.complete(&buyer, &last.id).await;
    shop.held_by(&newer.id, Some(&last.id)).await;
    shop.audit().await;
}

/// Every hold that has ended since the backup has an `expiration:complete`, also those
/// of paid orders: which of it and the payment came first must not be decided again.
#[tokio::test]
async fn restored_orders_end_as_they_had_ended() {
    let mut shop = Shop::open(10, 0).await;
    let (late, sold, dropped, left) = tokio::join!(shop.ordered(), shop.ordered(), shop.ordered(), shop.ordered());
    let before = backup(&shop, "orders").await;

    shop.complete(&sold.0, &sold.1.id).await;
    assert_eq!(cancel(&dropped.0, &dropped.1.id).await.status, 204);
    let next = shop.somebody();
    let new: Order = order(&next, &dropped.1.ticket.id).await.expect(201).read();
    shop.complete(&next, &new.id).await;
    paid_too_late(&mut shop, &late.0, &late.1.id).await;
    let all = [(next, new), late, sold, dropped, left];
    expired(&shop, all.iter().map(|(_, made)| made.id.clone()).collect()).await;
    shop.audit().await;
    let was = join_all(all.iter().map(|(buyer, made)| ended(buyer, &made.id))).await;

    restore(&mut shop, "orders", &before).await;
    for ((buyer, made), was) in all.iter().zip(was) {
        // Nobody else knows why an order was cancelled, and when and how it was paid.
        let known = |order: Order| Order { reason: None, paid_at: None, card: None, ..order };
        assert_eq!(known(show(buyer, &made.id).await), known(was));
    }
    shop.audit().await;
}

/// The bank asks for confirmation, which comes after the buyer has cancelled.
async fn paid_too_late(shop: &mut Shop, buyer: &Client, order: &OrderId) {
    let asked = pay(buyer, order, "pm_card_threeDSecure2Required").await.expect(200).body;
    let intent = asked["clientSecret"].as_str().unwrap().split("_secret").next().unwrap().to_owned();
    shop.stack.service_mut("payments").unwrap().stop().await;
    assert_eq!(cancel(buyer, order).await.status, 204);
    let _ = shop.stripe(&format!("/_authenticate/{intent}"), &json!({ "success": true })).await.expect(200);
    shop.stack.service_mut("payments").unwrap().resume().await.unwrap();
    eventually("the refund shows", async || show(buyer, order).await.refunded.then_some(())).await;
}

/// Waits until the holds of all these orders have ended.
async fn expired(shop: &Shop, orders: Vec<OrderId>) {
    let broker = shop.broker().await;
    eventually("the holds have ended", async || {
        let ended: Vec<ExpirationComplete> = broker.replay(chrono::DateTime::UNIX_EPOCH).await.unwrap();
        orders.iter().all(|order| ended.iter().any(|event| event.order_id == *order)).then_some(())
    })
    .await;
}

/// What no replica can recover, and how an operator sees it.
#[tokio::test]
async fn orders_that_no_replica_has_are_named_by_the_audit() {
    let mut shop = Shop::open(900, 30).await;
    let stock = [shop.for_sale().await.1, shop.for_sale().await.1, shop.for_sale().await.1];
    let before = backup(&shop, "orders").await;
    let buyer = shop.somebody();
    let mut made: Vec<Order> = Vec::new();
    for ticket in &stock {
        made.push(order(&buyer, &ticket.id).await.expect(201).read());
        shop.payable(&made[made.len() - 1].id).await;
    }
    let [held, sold, dropped] = [0, 1, 2].map(|index| made[index].id.clone());
    shop.complete(&buyer, &sold).await;
    assert_eq!(cancel(&buyer, &dropped).await.status, 204);
    shop.audit().await;

    restore_alone(&mut shop, "orders", &before).await;
    assert_eq!(buyer.get(&format!("/api/orders/{sold}")).await.status, 404);
    // The hold of one has no end, and can still be paid.
    let _ = pay(&buyer, &held, "pm_card_visa").await.expect(201);
    // The next order reuses the number of another, and its ticket takes it for stale.
    let next: Order = order(&buyer, &stock[2].id).await.expect(201).read();

    let found = findings(&shop, 9).await;
    let mut expected: Vec<_> =
        [&held, &sold, &dropped].map(|id| format!("I3 payments' copy of order {id} has no owner")).into();
    for (ticket, id) in stock.iter().zip([&held, &sold]) {
        expected.push(format!("I5 ticket {} says order {id}; the live one is none", ticket.id));
    }
    expected.push(format!("I6 ticket {} says that it is sold; no order of it is complete", stock[1].id));
    expected.push(format!("I5 ticket {} says order none; the live one is {}", stock[2].id, next.id));
    for finding in expected {
        assert!(found.contains(&finding), "{finding} is not among {found:#?}");
    }
    let strays =
        found.iter().filter(|finding| finding.starts_with("I2 ") && finding.ends_with("is for no order of ours"));
    assert_eq!(strays.count(), 2, "{found:#?}");
    // Events about them are dead letters.
    let letters = DeadLetters::open(&shop.broker().await).await.unwrap().list().await.unwrap();
    for id in [&held, &sold] {
        assert!(letters.iter().any(|letter| letter.reason == format!("unknown order {id}")), "{letters:#?}");
    }
}
