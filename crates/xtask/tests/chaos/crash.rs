//! Programs that are killed or stopped at a bad moment.

use common::api::orders::{Order, OrderStatus};
use common::testing::eventually;
use serde_json::json;

use crate::load::Load;
use crate::shop::{Shop, becomes, ended, order, pay};

/// Without NATS nothing can be published: a service that is killed then has written
/// what it has not published.
#[tokio::test]
async fn events_of_a_killed_writer_are_published_after_its_restart() {
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
    // By Stripe's webhook, which is retried until it is acknowledged, or by recovery.
    becomes(&buyer, &made.id, OrderStatus::Complete).await;
    shop.audit().await;
}

#[tokio::test]
async fn a_hold_that_ends_while_expiration_is_down_ends_after_its_restart() {
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
async fn under_load_every_stopped_service_exits_with_0_and_loses_nothing() {
    let mut shop = Shop::open(900, 30).await;
    let load = Load::start(&shop);
    for service in xtask::stack::SERVICES {
        load.goes_on().await;
        let status = shop.stack.service_mut(service).unwrap().stop().await.unwrap();
        assert!(status.success(), "{service}: {status}");
        shop.stack.service_mut(service).unwrap().resume().await.unwrap();
    }
    load.stop().await;
    shop.audit().await;
}

#[tokio::test]
async fn under_load_killed_services_lose_nothing() {
    let mut shop = Shop::open(900, 30).await;
    let load = Load::start(&shop);
    for service in xtask::stack::SERVICES {
        load.goes_on().await;
        shop.stack.service_mut(service).unwrap().kill().await;
        shop.stack.service_mut(service).unwrap().resume().await.unwrap();
    }
    load.stop().await;
    shop.audit().await;
}
