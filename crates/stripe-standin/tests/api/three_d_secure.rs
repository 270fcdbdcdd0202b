use stripe_shared::PaymentIntentStatus;
use stripe_standin::Status;

use crate::shop::{Shop, code};

async fn challenged(shop: &Shop, number: &str) -> stripe_shared::PaymentIntent {
    let intent = Box::pin(shop.intent(2000)).await;
    let card = Box::pin(shop.card(number)).await.unwrap();
    let intent = Box::pin(shop.confirm(&intent.id, card.id.as_str())).await.unwrap();
    assert_eq!(intent.status, PaymentIntentStatus::RequiresAction);
    assert_eq!(intent.next_action.as_ref().unwrap().type_, "use_stripe_sdk");
    intent
}

#[tokio::test]
async fn an_authenticated_cardholder_has_paid() {
    let shop = Shop::open().await;
    for number in ["4000002760003184", "4000002500003155"] {
        let intent = challenged(&shop, number).await;
        assert_eq!(shop.entry(&intent.id).captured, 0);
        assert_eq!(shop.stripe.authenticate(intent.id.as_str(), true), Some(Status::Succeeded));
        assert_eq!(shop.entry(&intent.id).captured, 2000);
    }
}

#[tokio::test]
async fn a_failed_authentication_leaves_the_intent_payable() {
    let shop = Shop::open().await;
    let intent = challenged(&shop, "4000002760003184").await;
    assert_eq!(shop.stripe.authenticate(intent.id.as_str(), false), Some(Status::RequiresPaymentMethod));
    let failed = shop.retrieve(&intent.id).await;
    let error = failed.last_payment_error.unwrap();
    assert_eq!(error.code.unwrap().as_str(), "payment_intent_authentication_failure");
    shop.confirm(&intent.id, "pm_card_visa").await.unwrap();
}

#[tokio::test]
async fn a_card_may_decline_after_authentication() {
    let shop = Shop::open().await;
    let intent = challenged(&shop, "4000008400001629").await;
    assert_eq!(shop.stripe.authenticate(intent.id.as_str(), true), Some(Status::RequiresPaymentMethod));
    let declined = shop.retrieve(&intent.id).await;
    assert_eq!(declined.last_payment_error.unwrap().decline_code.as_deref(), Some("generic_decline"));
}

#[tokio::test]
async fn a_canceled_challenge_can_not_be_answered() {
    let shop = Shop::open().await;
    let intent = challenged(&shop, "4000002760003184").await;
    shop.cancel(&intent.id).await.unwrap();
    assert_eq!(shop.stripe.authenticate(intent.id.as_str(), true), None);
    assert_eq!(code(shop.confirm(&intent.id, "pm_card_visa").await).0, "payment_intent_unexpected_state");
}
