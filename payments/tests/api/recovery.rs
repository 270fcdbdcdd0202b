//! Recovery after crashes and outages.

use chrono::TimeDelta;
use common::{
    events::{PaymentCreated, PaymentRefunded},
    testing::eventually,
};
use futures::future::join;
use stripe_standin::{Effect, Operation, Options, Status, Switch};

use super::Shop;

/// Longer than the pause between two reconciliations.
const LATER: TimeDelta = TimeDelta::minutes(2);

#[tokio::test]
async fn a_charge_whose_answer_was_lost_is_recovered() {
    let shop = Shop::open().await;
    let order = shop.order().await;
    // The charge succeeds; its answer and all later ones are lost, as in a crash.
    shop.stripe.switch(Switch::only(Operation::ConfirmIntent, Effect::DelayAnswers { millis: 500 }));
    shop.stripe.switch(Switch::only(Operation::ConfirmIntent, Effect::LoseAnswers { count: 1 }));
    let fail_retrievals = async {
        eventually("charged", async || (shop.money(&order).0 > 0).then_some(())).await;
        shop.stripe.switch(Switch::only(Operation::RetrieveIntent, Effect::Fail { count: 1000 }));
    };
    let (reply, ()) = join(shop.pay(&order, "pm_card_visa"), fail_retrievals).await;
    assert_eq!(reply.status, 503);
    shop.stripe.reset_switches();
    shop.env.clock.advance(LATER);
    shop.env.event::<PaymentCreated>(|event| event.order_id == order.event.id).await;
    let _ = shop.pay(&order, "pm_card_visa").await.expect(201);
    assert_eq!(shop.money(&order), (2000, 0));
}

#[tokio::test]
async fn a_completed_authentication_is_detected_without_page_or_webhook() {
    let shop = Shop::open().await;
    let order = shop.order().await;
    assert_eq!(shop.pay(&order, "pm_card_threeDSecure2Required").await.status, 200);
    shop.stripe.authenticate(&shop.ledger(&order)[0].id, true).unwrap();
    shop.env.clock.advance(LATER);
    shop.env.event::<PaymentCreated>(|event| event.order_id == order.event.id).await;
}

#[tokio::test]
async fn a_refund_is_retried_until_stripe_completes_it() {
    let shop = Shop::open().await;
    let order = shop.order().await;
    let _ = shop.pay(&order, "pm_card_visa").await.expect(201);
    shop.stripe.switch(Switch::only(Operation::Refund, Effect::Fail { count: 2 }));
    shop.stripe.switch(Switch::only(Operation::Refund, Effect::LoseAnswers { count: 1 }));
    shop.env.publish(&order.cancelled()).await;
    eventually("the refund is published", async || {
        shop.env.clock.advance(LATER);
        let refunds = shop.env.published::<PaymentRefunded>().await;
        refunds.into_iter().find(|event| event.order_id == order.event.id)
    })
    .await;
    assert_eq!(shop.money(&order), (2000, 2000));
}

#[tokio::test]
async fn a_failed_refund_of_an_order_cancelled_during_its_charge_is_retried() {
    let shop = Shop::open().await;
    let order = shop.order().await;
    shop.stripe.switch(Switch::only(Operation::ConfirmIntent, Effect::DelayAnswers { millis: 1_000 }));
    // Of the request and of the worker that follows the cancellation.
    shop.stripe.switch(Switch::only(Operation::Refund, Effect::Fail { count: 2 }));
    let cancel = async {
        eventually("charged", async || (shop.money(&order).0 > 0).then_some(())).await;
        shop.env.publish(&order.cancelled()).await;
    };
    let (reply, ()) = join(shop.pay(&order, "pm_card_visa"), cancel).await;
    assert_ne!(reply.status, 201);
    shop.env.event::<PaymentCreated>(|event| event.order_id == order.event.id).await;
    eventually("the money is refunded", async || {
        shop.env.clock.advance(LATER);
        (shop.money(&order) == (2000, 2000)).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_failed_cancellation_of_an_intent_is_retried() {
    let shop = Shop::open().await;
    let order = shop.order().await;
    assert_eq!(shop.pay(&order, "pm_card_threeDSecure2Required").await.status, 200);
    shop.stripe.switch(Switch::only(Operation::CancelIntent, Effect::Fail { count: 2 }));
    shop.env.publish(&order.cancelled()).await;
    eventually("the intent is cancelled", async || {
        shop.env.clock.advance(LATER);
        (shop.ledger(&order)[0].status == Status::Canceled).then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_amount_refused_by_stripe_is_reported_and_the_payment_ends_with_its_order() {
    let shop = Shop::open_with(Options { minimum_amount: 50, ..Options::default() }).await;
    let order = shop.order_at("0.49").await;
    let reply = shop.pay(&order, "pm_card_visa").await.expect(400);
    assert!(reply.messages()[0].contains("at least"), "{:?}", reply.messages());
    shop.env.publish(&order.cancelled()).await;
    let payments = shop.payments().await;
    let ended = bson::doc! { "orderId": &order.event.id, "state": "cancelled", "lookAt": null };
    eventually("the payment has ended", async || payments.find_one(ended.clone()).await.unwrap()).await;
}
