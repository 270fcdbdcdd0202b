//! Declines, authentication and lost answers.

use chrono::TimeDelta;
use common::{events::PaymentCreated, testing::eventually};
use stripe_standin::{Effect, Operation, Switch};

use super::Shop;

#[tokio::test]
async fn a_decline_is_explained_and_another_card_can_pay() {
    let shop = Shop::open().await;
    let order = shop.order().await;
    for _ in 0..2 {
        shop.pay(&order, "pm_card_chargeDeclined").await.refused(402, &["Your card was declined."]);
    }
    let poor = ["Your card has insufficient funds."];
    shop.pay(&order, "tok_chargeDeclinedInsufficientFunds").await.refused(402, &poor);
    assert_eq!(shop.money(&order), (0, 0));
    let _ = shop.pay(&order, "pm_card_visa").await.expect(201);
    assert_eq!((shop.ledger(&order).len(), shop.money(&order)), (1, (2000, 0)));
}

#[tokio::test]
async fn repeating_the_request_after_authentication_completes_the_payment() {
    let shop = Shop::open().await;
    let order = shop.order().await;
    let card = "pm_card_threeDSecure2Required";
    let asked = shop.pay(&order, card).await.expect(200).body;
    assert_eq!(asked["status"], "requires_action");
    let intent = shop.ledger(&order).remove(0).id;
    assert!(asked["clientSecret"].as_str().unwrap().starts_with(&intent));
    assert_eq!(shop.pay(&order, card).await.expect(200).body, asked);
    // The charge began in time and ends in the grace period.
    shop.env.clock.advance(TimeDelta::minutes(15));
    shop.stripe.authenticate(&intent, true).unwrap();
    let paid = shop.pay(&order, card).await.expect(201).body;
    assert_eq!(paid["id"], asked["id"]);
    assert_eq!(shop.money(&order), (2000, 0));
}

#[tokio::test]
async fn another_card_can_pay_after_a_failed_or_pending_authentication() {
    let shop = Shop::open().await;
    let order = shop.order().await;
    let asked = shop.pay(&order, "pm_card_threeDSecure2Required").await.expect(200);
    assert_eq!(asked.body["status"], "requires_action");
    // The same card again after a failed authentication.
    let (failed, intent) = (shop.order().await, "pm_card_threeDSecure2Required");
    assert_eq!(shop.pay(&failed, intent).await.status, 200);
    shop.stripe.authenticate(&shop.ledger(&failed)[0].id, false).unwrap();
    let reply = shop.pay(&failed, intent).await.expect(402);
    assert!(reply.messages()[0].contains("authenticate"), "{:?}", reply.messages());
    // Another card while the first one's authentication is pending.
    shop.pay(&order, "pm_card_chargeDeclined").await.refused(402, &["Your card was declined."]);
    let _ = shop.pay(&order, "pm_card_visa").await.expect(201);
    assert_eq!(shop.money(&order), (2000, 0));
}

#[tokio::test]
async fn a_lost_answer_is_looked_up_and_nothing_is_charged_twice() {
    for effect in [Effect::LoseAnswers { count: 1 }, Effect::GarbleAnswers { count: 1 }] {
        for operation in [Operation::CreateIntent, Operation::ConfirmIntent, Operation::RetrieveIntent] {
            let shop = Shop::open().await;
            let order = shop.order().await;
            shop.stripe.switch(Switch::only(operation, effect.clone()));
            let first = shop.pay(&order, "pm_card_visa").await;
            if first.status != 201 {
                assert_eq!(first.status, 503, "{}", first.body);
                assert_eq!(first.messages().len(), 1);
            }
            let _ = shop.pay(&order, "pm_card_visa").await.expect(201);
            let ledger = shop.ledger(&order);
            assert_eq!((ledger.len(), ledger[0].confirms, ledger[0].captured), (1, 1, 2000), "{effect:?}");
        }
    }
}

#[tokio::test]
async fn a_decline_is_reported_although_its_answer_was_lost() {
    let shop = Shop::open().await;
    let order = shop.order().await;
    shop.stripe.switch(Switch::only(Operation::ConfirmIntent, Effect::LoseAnswers { count: 1 }));
    shop.pay(&order, "pm_card_chargeDeclined").await.refused(402, &["Your card was declined."]);
}

#[tokio::test]
async fn a_failure_of_stripe_is_a_503_and_a_later_attempt_pays() {
    let shop = Shop::open().await;
    let order = shop.order().await;
    // Stripe repeats such an answer for the same idempotency key.
    for operation in [Operation::CreateIntent, Operation::PaymentMethod, Operation::ConfirmIntent] {
        shop.stripe.switch(Switch::only(operation, Effect::Fail { count: 2 }));
        let reply = shop.pay(&order, "tok_visa").await.expect(503);
        assert_eq!(reply.messages(), ["It is not known yet whether the payment went through, please try again"]);
        let _ = shop.pay(&order, "tok_visa").await;
    }
    let _ = shop.pay(&order, "tok_visa").await.expect(201);
    assert_eq!(shop.money(&order), (2000, 0));
    let paid = |event: &PaymentCreated| event.order_id == order.event.id;
    eventually("the payment is published", async || shop.env.published().await.into_iter().find(paid)).await;
}
