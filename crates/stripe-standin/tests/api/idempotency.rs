use stripe_standin::{Effect, Operation, Switch};

use crate::shop::{Shop, code};

const NEW: [(&str, &str); 3] = [("amount", "500"), ("currency", "usd"), ("payment_method_types[0]", "card")];

#[tokio::test]
async fn the_same_request_is_executed_once() {
    let shop = Shop::open().await;
    let first = shop.post("/v1/payment_intents", "order:1:pi", &NEW).await;
    let second = shop.post("/v1/payment_intents", "order:1:pi", &NEW).await;
    assert_eq!((first.status, first.replayed), (200, false));
    assert_eq!((second.status, second.replayed), (200, true));
    assert_eq!(first.json, second.json);
    assert_eq!(shop.stripe.ledger().totals.intents, 1);
}

#[tokio::test]
async fn other_parameters_under_the_same_key_are_an_error() {
    let shop = Shop::open().await;
    shop.post("/v1/payment_intents", "k", &NEW).await;
    let other = shop.post("/v1/payment_intents", "k", &[("amount", "600"), ("currency", "usd")]).await;
    assert_eq!(other.status, 400);
    assert_eq!(other.json["error"]["type"], "idempotency_error");
}

#[tokio::test]
async fn a_decline_is_replayed_under_its_key() {
    let shop = Shop::open().await;
    let intent = shop.intent(500).await;
    for _ in 0..2 {
        let outcome = shop.confirm_once(&intent.id, "pm_card_chargeDeclined", "declined").await;
        assert_eq!(code(outcome), ("card_declined".to_owned(), 402));
    }
    assert_eq!(shop.entry(&intent.id).confirms, 1);
    shop.confirm_once(&intent.id, "pm_card_visa", "paid").await.unwrap();
}

#[tokio::test]
async fn a_rejected_request_does_not_use_its_key() {
    let shop = Shop::open().await;
    assert_eq!(shop.post("/v1/payment_intents", "k", &[("currency", "usd")]).await.status, 400);
    assert_eq!(shop.post("/v1/payment_intents", "k", &NEW).await.status, 200);
}

#[tokio::test]
async fn a_key_of_a_request_in_progress_conflicts() {
    let shop = Shop::open().await;
    shop.stripe.switch(Switch::only(Operation::CreateIntent, Effect::DelayExecution { millis: 500 }));
    let create = || shop.post("/v1/payment_intents", "k", &NEW);
    let (one, other) = tokio::join!(create(), create());
    let refused = if one.status == 409 { &one } else { &other };
    assert_eq!(one.status.min(other.status), 200);
    assert_eq!(refused.status, 409);
    assert_eq!(refused.json["error"]["code"], "idempotency_key_in_use");
    assert!(create().await.replayed);
}
