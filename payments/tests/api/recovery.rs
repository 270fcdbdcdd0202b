//! What crashes and outages leave to do is done.

use chrono::TimeDelta;
use common::{
    events::{PaymentCreated, PaymentRefunded},
    testing::eventually,
};
use futures::future::join;
use stripe_standin::{Effect, Operation, Options, Status, Switch};

use super::Shop;

/// Longer than a payment is left alone between two looks at it.
const LATER: TimeDelta = TimeDelta::minutes(2);

#[tokio::test]
async fn a_payment_whose_answer_never_came_is_found_out() {
    let shop = Shop::open().await;
    let order = shop.order().await;
    // The charge goes through; its answer and all after it are lost, as in a crash.
    shop.stripe.switch(Switch::only(Operation::ConfirmIntent, Effect::DelayAnswers { millis: 500 }));
    shop.stripe.switch(Switch::only(Operation::ConfirmIntent, Effect::LoseAnswers { count: 1 }));
    let fall_silent = async {
        eventually("charged", async || (shop.money(&order).0 > 0).then_some(())).await;
        shop.stripe.switch(Switch::only(Operation::RetrieveIntent, Effect::Fail { count: 1000 }));
    };
    let (reply, ()) = join(shop.pay(&order, "pm_card_visa"), fall_silent).await;
    assert_eq!(reply.status, 503);
    shop.stripe.reset_switches();
    shop.env.clock.advance(LATER);
    shop.env.event::<PaymentCreated>(|event| event.order_id == order.event.id).await;
    let _ = shop.pay(&order, "pm_card_visa").await.expect(201);
    assert_eq!(shop.money(&order), (2000, 0));
}

#[tokio::test]
async fn the_cardholders_answer_is_noticed_without_the_page() {
    let shop = Shop::open().await;
    let order = shop.order().await;
    assert_eq!(shop.pay(&order, "pm_card_threeDSecure2Required").await.status, 200);
    shop.stripe.authenticate(&shop.ledger(&order)[0].id, true).unwrap();
    // Neither page nor webhook: time alone.
    shop.env.clock.advance(LATER);
    shop.env.event::<PaymentCreated>(|event| event.order_id == order.event.id).await;
}

#[tokio::test]
async fn a_refund_is_tried_until_stripe_has_done_it() {
    let shop = Shop::open().await;
    let order = shop.order().await;
    let _ = shop.pay(&order, "pm_card_visa").await.expect(201);
    shop.stripe.switch(Switch::only(Operation::Refund, Effect::Fail { count: 2 }));
    shop.stripe.switch(Switch::only(Operation::Refund, Effect::LoseAnswers { count: 1 }));
    shop.env.publish(&order.cancelled()).await;
    eventually("the money is given back and told of", async || {
        shop.env.clock.advance(LATER);
        let refunds = shop.env.published::<PaymentRefunded>().await;
        refunds.into_iter().find(|event| event.order_id == order.event.id)
    })
    .await;
    assert_eq!(shop.money(&order), (2000, 2000));
}

#[tokio::test]
async fn an_intent_that_could_not_be_cancelled_is_cancelled_later() {
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
async fn an_amount_that_stripe_does_not_take_is_said_and_ends_with_its_order() {
    let shop = Shop::open_with(Options { minimum_amount: 50, ..Options::default() }).await;
    let order = shop.order_at("0.49").await;
    let reply = shop.pay(&order, "pm_card_visa").await.expect(400);
    assert!(reply.messages()[0].contains("at least"), "{:?}", reply.messages());
    shop.env.publish(&order.cancelled()).await;
    let database = common::mongo::connect(shop.env.env().text("MONGO_URI").unwrap()).await.unwrap();
    let payments = database.collection::<bson::Document>("payments");
    let ended = bson::doc! { "orderId": &order.event.id, "state": "cancelled", "lookAt": null };
    eventually("nobody looks at it any more", async || payments.find_one(ended.clone()).await.unwrap()).await;
}
