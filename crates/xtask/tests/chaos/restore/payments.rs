use common::api::orders::Order;
use common::testing::{Client, eventually};
use serde_json::json;

use super::recipe::{backup, findings, restore};
use crate::shop::{Shop, cancel, order, pay};

async fn captured(shop: &Shop) -> i64 {
    let standin = Client::new(&shop.stack.standin().unwrap().url());
    standin.get("/_ledger").await.expect(200).body["totals"]["captured"].as_i64().unwrap()
}

#[tokio::test]
async fn restored_payments_charge_nothing_twice() {
    let mut shop = Shop::open(900, 30).await;
    let (buyer, known) = shop.ordered().await;
    let (waverer, dropped) = shop.ordered().await;
    let (_, ticket) = shop.for_sale().await;
    let before = backup(&shop, "payments").await;
    let new: Order = order(&buyer, &ticket.id).await.expect(201).read();
    for made in [&known, &new] {
        shop.complete(&buyer, &made.id).await;
    }
    assert_eq!(cancel(&waverer, &dropped.id).await.status, 204);
    shop.audit().await;

    restore(&mut shop, "payments", &before).await;
    for made in [&known, &new] {
        let _ = pay(&buyer, &made.id, "pm_card_visa").await.expect(201);
    }
    pay(&waverer, &dropped.id, "pm_card_visa").await.refused(400, &["Cannot pay for a cancelled order"]);
    assert_eq!(captured(&shop).await, 4000);
    shop.audit().await;
}

/// Lost: only Stripe knows of a payment in progress.
#[tokio::test]
async fn money_that_no_service_knows_of_is_named_by_the_audit() {
    let mut shop = Shop::open(900, 30).await;
    let (buyer, made) = shop.ordered().await;
    let before = backup(&shop, "payments").await;
    let asked = pay(&buyer, &made.id, "pm_card_threeDSecure2Required").await.expect(200).body;
    let intent = asked["clientSecret"].as_str().unwrap().split("_secret").next().unwrap().to_owned();

    restore(&mut shop, "payments", &before).await;
    let _ = shop.stripe(&format!("/_authenticate/{intent}"), &json!({ "success": true })).await.expect(200);
    eventually("the card is charged", async || (captured(&shop).await == 2000).then_some(())).await;
    assert_eq!(cancel(&buyer, &made.id).await.status, 204);
    let kept = format!("I2 order {} is cancelled and owes 0 cents; Stripe keeps 2000", made.id);
    assert_eq!(findings(&shop, 1).await, [kept]);
}
