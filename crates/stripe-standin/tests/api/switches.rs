use std::time::Duration;

use stripe::{ClientBuilder, StripeError};
use stripe_core::payment_intent::ConfirmPaymentIntent;
use stripe_shared::PaymentIntentStatus;
use stripe_standin::{Effect, Operation, Switch};

use crate::shop::{Shop, code};

#[tokio::test]
async fn a_request_whose_response_is_lost_was_executed() {
    let shop = Shop::open().await;
    let intent = shop.intent(900).await;
    shop.stripe.switch(Switch::only(Operation::ConfirmIntent, Effect::LoseAnswers { count: 1 }));

    let lost = shop.confirm_once(&intent.id, "pm_card_visa", "k").await;
    assert!(matches!(lost, Err(StripeError::ClientError(_))), "{lost:?}");
    assert_eq!(shop.retrieve(&intent.id).await.status, PaymentIntentStatus::Succeeded);
    let repeated = shop.confirm_once(&intent.id, "pm_card_visa", "k").await.unwrap();
    assert_eq!(repeated.status, PaymentIntentStatus::Succeeded);
    assert_eq!(shop.entry(&intent.id).confirms, 1);
}

#[tokio::test]
async fn a_request_with_a_garbled_response_was_executed() {
    let shop = Shop::open().await;
    let intent = shop.intent(900).await;
    shop.stripe.switch(Switch::all(Effect::GarbleAnswers { count: 1 }));
    let garbled = shop.confirm(&intent.id, "pm_card_visa").await;
    assert!(matches!(garbled, Err(StripeError::JSONDeserialize(_))), "{garbled:?}");
    assert_eq!(shop.entry(&intent.id).captured, 900);
}

#[tokio::test]
async fn a_failing_stripe_has_executed_nothing() {
    let shop = Shop::open().await;
    let intent = shop.intent(900).await;
    shop.stripe.switch(Switch::only(Operation::ConfirmIntent, Effect::Fail { count: 1 }));
    assert_eq!(code(shop.confirm_once(&intent.id, "pm_card_visa", "k").await).1, 500);
    assert_eq!(shop.entry(&intent.id).captured, 0);
    // The key keeps the answer; another key is another attempt.
    assert_eq!(code(shop.confirm_once(&intent.id, "pm_card_visa", "k").await).1, 500);
    shop.confirm_once(&intent.id, "pm_card_visa", "l").await.unwrap();
}

#[tokio::test]
async fn a_call_is_finished_after_its_client_gives_up() {
    let shop = Shop::open().await;
    let intent = shop.intent(900).await;
    shop.stripe.switch(Switch::only(Operation::ConfirmIntent, Effect::DelayExecution { millis: 300 }));
    let hasty = ClientBuilder::new("sk_test_shop").url(shop.stripe.url()).timeout(Duration::from_millis(100));
    let confirm = ConfirmPaymentIntent::new(intent.id.clone()).payment_method("pm_card_visa");
    let outcome = confirm.send(&hasty.build().unwrap()).await;
    assert!(matches!(outcome, Err(StripeError::Timeout)), "{outcome:?}");
    while shop.retrieve(&intent.id).await.status != PaymentIntentStatus::Succeeded {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn switches_are_set_over_http_too() {
    let shop = Shop::open().await;
    let url = format!("{}/_switches", shop.stripe.url());
    let http = reqwest::Client::new();
    let switch = serde_json::json!({ "effect": "fail", "count": 1, "operation": "create_intent" });
    assert!(http.post(&url).json(&switch).send().await.unwrap().status().is_success());
    let new = [("amount", "100"), ("currency", "usd")];
    assert_eq!(shop.post("/v1/payment_intents", "", &new).await.status, 500);
    assert_eq!(shop.post("/v1/payment_intents", "", &new).await.status, 200);
    assert!(http.delete(&url).send().await.unwrap().status().is_success());
}
