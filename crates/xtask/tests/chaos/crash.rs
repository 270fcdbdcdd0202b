//! Programs that end without a word.

use common::api::orders::{Order, OrderStatus};
use common::testing::eventually;
use serde_json::json;

use crate::shop::{Shop, becomes, ended, order, pay};

/// Without NATS nothing can be published: killed now, a service has written and
/// not published.
#[tokio::test]
async fn what_was_written_is_published_though_the_writer_was_killed() {
    let mut shop = Shop::open(900, 30).await;
    let (_, old) = shop.for_sale().await;
    let buyer = shop.somebody();
    shop.stack.stores.nats.stop().await;
    let (_, new) = shop.list().await;
    let made: Order = order(&buyer, &old.id).await.expect(201).read();
    for service in ["tickets", "orders"] {
        shop.stack.service_mut(service).unwrap().kill().await;
    }
    shop.stack.stores.nats.resume().await.unwrap();
    for service in ["tickets", "orders"] {
        shop.stack.service_mut(service).unwrap().resume().await.unwrap();
    }
    shop.held_by(&old.id, Some(&made.id)).await;
    eventually("the new ticket can be ordered", async || (order(&buyer, &new.id).await.status == 201).then_some(()))
        .await;
    shop.audit().await;
}

#[tokio::test]
async fn a_payment_whose_service_was_killed_is_settled_after_its_restart() {
    let mut shop = Shop::open(900, 30).await;
    let (buyer, made) = shop.ordered().await;
    let slow = json!({ "effect": "delay_answers", "operation": "confirm_intent", "millis": 60_000 });
    let _ = shop.stripe("/_switches", &slow).await.expect(200);
    let attempt = tokio::spawn({
        let (buyer, id) = (buyer.clone(), made.id.clone());
        async move { pay(&buyer, &id, "pm_card_visa").await }
    });
    let standin = common::testing::Client::new(&shop.stack.standin().unwrap().url());
    eventually("the card is charged", async || {
        let ledger = standin.get("/_ledger").await.expect(200).body;
        (ledger["totals"]["captured"] == 2000).then_some(())
    })
    .await;
    shop.stack.service_mut("payments").unwrap().kill().await;
    assert_eq!(attempt.await.unwrap().status, 502);
    shop.stack.service_mut("payments").unwrap().resume().await.unwrap();
    // Stripe's webhook, repeated until it is taken, or the recovery worker.
    becomes(&buyer, &made.id, OrderStatus::Complete).await;
    shop.audit().await;
}

#[tokio::test]
async fn a_hold_ends_though_expiration_was_killed() {
    let mut shop = Shop::open(4, 0).await;
    let (buyer, made) = shop.ordered().await;
    shop.stack.service_mut("expiration").unwrap().kill().await;
    crate::shop::at(made.expires_at).await;
    shop.stack.service_mut("expiration").unwrap().resume().await.unwrap();
    assert_eq!(ended(&buyer, &made.id).await.status, OrderStatus::Cancelled);
    shop.held_by(&made.ticket.id, None).await;
    shop.audit().await;
}

#[tokio::test]
async fn told_to_stop_under_load_every_service_ends_well_and_loses_nothing() {
    let mut shop = Shop::open(900, 30).await;
    let stock = futures::future::join_all((0..10).map(|_| shop.for_sale())).await;
    let buyer = shop.somebody();
    for (_, ticket) in &stock {
        let _ = order(&buyer, &ticket.id).await.expect(201);
    }
    for service in xtask::stack::SERVICES {
        let status = shop.stack.service_mut(service).unwrap().stop().await.unwrap();
        assert!(status.success(), "{service}: {status}");
    }
    for service in xtask::stack::SERVICES {
        shop.stack.service_mut(service).unwrap().resume().await.unwrap();
    }
    shop.audit().await;
}
