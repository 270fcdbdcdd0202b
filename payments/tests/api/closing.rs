//! An order's time is over: it is paid, or closed for payment.

use std::time::Duration;

use bson::{Document, doc};
use chrono::TimeDelta;
use common::{
    events::{PaymentClosed, PaymentCreated},
    mongo,
    testing::eventually,
};
use futures::future::{join, join_all};
use stripe_standin::{Effect, Operation, Status, Switch};

use super::{Ordered, Shop};

/// What the service has said of an order in the end.
async fn verdicts(shop: &Shop, order: &Ordered) -> (usize, usize) {
    let id = &order.event.id;
    let paid = shop.env.published::<PaymentCreated>().await.iter().filter(|event| event.order_id == *id).count();
    let closed = shop.env.published::<PaymentClosed>().await.iter().filter(|event| event.order_id == *id).count();
    (paid, closed)
}

async fn verdict(shop: &Shop, order: &Ordered) -> (usize, usize) {
    eventually("a verdict", async || Some(verdicts(shop, order).await).filter(|verdict| *verdict != (0, 0))).await
}

#[tokio::test]
async fn an_order_that_nobody_began_to_pay_is_closed_without_asking_stripe() {
    let shop = Shop::open().await;
    let order = shop.order().await;
    for operation in [Operation::CreateIntent, Operation::RetrieveIntent, Operation::CancelIntent] {
        shop.stripe.switch(Switch::only(operation, Effect::Fail { count: 1000 }));
    }
    for _ in 0..3 {
        shop.expire(&order).await;
    }
    assert_eq!(verdict(&shop, &order).await, (0, 1));
    assert_eq!(shop.ledger(&order), []);
    shop.pay(&order, "pm_card_visa").await.refused(400, &["Order has expired"]);
    shop.service.stop().await;
    assert_eq!(verdicts(&shop, &order).await, (0, 1));
}

#[tokio::test]
async fn an_order_that_was_paid_in_time_is_never_closed() {
    let shop = Shop::open().await;
    let order = shop.order().await;
    let _ = shop.pay(&order, "pm_card_visa").await.expect(201);
    shop.expire(&order).await;
    shop.env.all_handled().await;
    shop.service.stop().await;
    assert_eq!(verdicts(&shop, &order).await, (1, 0));
    assert_eq!(shop.money(&order), (2000, 0));
}

#[tokio::test]
async fn what_waits_for_the_cardholder_is_called_off_and_closed() {
    let shop = Shop::open().await;
    let (asked, declined) = (shop.order().await, shop.order().await);
    assert_eq!(shop.pay(&asked, "pm_card_threeDSecure2Required").await.status, 200);
    shop.pay(&declined, "pm_card_chargeDeclined").await.refused(402, &["Your card was declined."]);
    shop.stripe.switch(Switch::only(Operation::CancelIntent, Effect::Fail { count: 2 }));
    shop.expire(&asked).await;
    shop.env.publish(&declined.expired()).await;
    for order in [&asked, &declined] {
        eventually("it is closed", async || {
            shop.env.clock.advance(TimeDelta::minutes(1));
            (verdicts(&shop, order).await == (0, 1)).then_some(())
        })
        .await;
        assert_eq!(shop.ledger(order)[0].status, Status::Canceled);
        shop.pay(order, "pm_card_visa").await.refused(400, &["Order has expired"]);
    }
    // Too late for the bank's question, too.
    assert_eq!(shop.stripe.authenticate(&shop.ledger(&asked)[0].id, true), None);
}

#[tokio::test]
async fn a_charge_that_ends_while_its_order_is_closed_is_a_payment_or_no_charge() {
    let shop = Shop::open().await;
    let _second = shop.replica().await;
    shop.stripe.switch(Switch::only(Operation::ConfirmIntent, Effect::DelayAnswers { millis: 300 }));
    let orders = join_all((0..10).map(|_| shop.order())).await;
    // Begun in time by a service whose clock stands a moment before the end.
    let races = orders.iter().map(async |order| {
        let expire = async {
            eventually("begun", async || (!shop.ledger(order).is_empty()).then_some(())).await;
            shop.expire(order).await;
        };
        let (reply, ()) = join(shop.pay(order, "pm_card_visa"), expire).await;
        let told = verdict(&shop, order).await;
        let paid = shop.money(order) == (2000, 0);
        assert_eq!(told, if paid { (1, 0) } else { (0, 1) }, "{}", reply.body);
        assert!(paid || reply.status != 201, "{}", reply.body);
    });
    join_all(races).await;
    shop.service.stop().await;
    for order in &orders {
        let (paid, closed) = verdicts(&shop, order).await;
        assert_eq!(paid + closed, 1);
    }
}

#[tokio::test]
async fn an_end_of_time_that_comes_early_is_put_off_until_this_services_own_clock_agrees() {
    let shop = Shop::open().await;
    let orders = join_all((0..12).map(|_| shop.order())).await;
    // Somebody's clock is ahead.
    join_all(orders.iter().map(|order| async { shop.env.publish(&order.expired()).await })).await;
    let metrics = async || shop.service.anonymous().get("/metrics").await.body.to_string();
    eventually("they are counted", async || metrics().await.contains("early_expiries_total").then_some(())).await;
    let _ = shop.pay(&orders[0], "pm_card_visa").await.expect(201);
    assert_eq!(verdicts(&shop, &orders[1]).await, (0, 0));
    assert!(shop.env.dead_letters().await.is_empty());
}

#[tokio::test]
async fn an_end_of_time_that_was_put_off_comes_again() {
    let shop = Shop::open().await;
    let order = Ordered::new("20", shop.env.clock.now() + TimeDelta::seconds(2));
    shop.env.publish(&order.event).await;
    shop.known(&order).await;
    shop.env.publish(&order.expired()).await;
    assert_eq!(verdict(&shop, &order).await, (0, 1));
    assert!(shop.env.clock.now() >= order.event.expires_at);
}

#[tokio::test]
async fn an_end_of_time_heard_of_before_its_order_waits_for_it() {
    let shop = Shop::open().await;
    let order = Ordered::new("20", shop.env.clock.now());
    shop.env.publish(&order.expired()).await;
    eventually("it is tried", async || {
        let backlog = shop.env.broker.backlog().await.unwrap();
        backlog.iter().any(|backlog| backlog.messages > 0).then_some(())
    })
    .await;
    shop.env.publish(&order.event).await;
    assert_eq!(verdict(&shop, &order).await, (0, 1));
}

#[tokio::test]
async fn an_order_paid_the_moment_it_was_made_is_waited_for() {
    let shop = Shop::open().await;
    let order = Ordered::new("20", shop.env.clock.now() + TimeDelta::minutes(15));
    let (reply, ()) = join(shop.pay(&order, "pm_card_visa"), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        shop.env.publish(&order.event).await;
    })
    .await;
    let _ = reply.expect(201);
}

#[tokio::test]
async fn a_verdict_that_an_older_replica_did_not_tell_is_told() {
    let shop = Shop::open().await;
    let order = shop.order().await;
    let database = mongo::connect(shop.env.env().text("MONGO_URI").unwrap()).await.unwrap();
    let payments = database.collection::<Document>("payments");
    shop.pay(&order, "pm_card_chargeDeclined").await.refused(402, &["Your card was declined."]);
    // It has cancelled what was to be closed, as it did of old.
    let of_old = doc! {
        "$set": { "state": "cancelled", "lookAt": null, "closing": true, "verdictAt": bson::DateTime::from_millis(0) },
        "$inc": { "version": 1_i64 },
    };
    payments.update_one(doc! { "orderId": &order.event.id }, of_old).await.unwrap();
    assert_eq!(verdict(&shop, &order).await, (0, 1));
    let told = doc! { "orderId": &order.event.id, "verdictAt": null };
    eventually("nothing is owed", async || payments.find_one(told.clone()).await.unwrap()).await;
}

#[tokio::test]
async fn an_order_that_is_just_being_closed_is_not_said_to_have_expired_if_it_was_paid() {
    let shop = Shop::open().await;
    let order = shop.order().await;
    assert_eq!(shop.pay(&order, "pm_card_threeDSecure2Required").await.status, 200);
    shop.stripe.authenticate(&shop.ledger(&order)[0].id, true).unwrap();
    let database = mongo::connect(shop.env.env().text("MONGO_URI").unwrap()).await.unwrap();
    // Nobody has settled it yet, and nobody will before long.
    let later = bson::DateTime::from(shop.env.clock.now() + TimeDelta::seconds(50));
    let closing =
        doc! { "$set": { "closing": true, "lookAt": later, "verdictAt": later }, "$inc": { "version": 1_i64 } };
    let payments = database.collection::<Document>("payments");
    payments.update_one(doc! { "orderId": &order.event.id }, closing).await.unwrap();
    let _ = shop.pay(&order, "pm_card_threeDSecure2Required").await.expect(201);
    assert_eq!(verdict(&shop, &order).await, (1, 0));
}

#[tokio::test]
async fn payments_that_can_not_be_read_keep_none_from_being_settled() {
    let shop = Shop::open().await;
    let database = mongo::connect(shop.env.env().text("MONGO_URI").unwrap()).await.unwrap();
    let payments = database.collection::<Document>("payments");
    let unreadable = (0..100).map(
        |number| doc! { "_id": format!("newer {number}"), "orderId": number, "lookAt": bson::DateTime::from_millis(0) },
    );
    payments.insert_many(unreadable).await.unwrap();
    let order = shop.order().await;
    assert_eq!(shop.pay(&order, "pm_card_threeDSecure2Required").await.status, 200);
    shop.expire(&order).await;
    assert_eq!(verdict(&shop, &order).await, (0, 1));
}
