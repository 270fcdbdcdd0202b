//! An expired order is either paid or closed for payment.

use std::time::Duration;

use bson::doc;
use chrono::TimeDelta;
use common::{
    events::{PaymentClosed, PaymentCreated},
    testing::eventually,
};
use futures::future::{join, join_all};
use stripe_standin::{Effect, Operation, Status, Switch};

use super::{Ordered, Shop};

/// How often the service has published that an order is paid, and that it is closed.
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
async fn an_unpaid_order_is_closed_without_a_call_to_stripe() {
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
async fn an_order_paid_in_time_is_never_closed() {
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
async fn an_expired_payment_is_cancelled_at_stripe_and_closed() {
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
    // The cardholder can't authenticate any more either.
    assert_eq!(shop.stripe.authenticate(&shop.ledger(&asked)[0].id, true), None);
}

#[tokio::test]
async fn a_charge_racing_with_closing_is_either_published_as_paid_or_not_captured() {
    let shop = Shop::open().await;
    let _second = shop.replica().await;
    shop.stripe.switch(Switch::only(Operation::ConfirmIntent, Effect::DelayAnswers { millis: 300 }));
    let orders = join_all((0..10).map(|_| shop.order())).await;
    // Each charge begins just before the order expires, but for one that begins so late
    // that another race has moved the clock: its order has expired.
    let races = orders.iter().map(async |order| {
        let expire = async {
            eventually("the charge has begun or is late", async || {
                let late = shop.env.clock.now() >= order.event.expires_at;
                (late || !shop.ledger(order).is_empty()).then_some(())
            })
            .await;
            shop.expire(order).await;
        };
        let (reply, ()) = join(shop.pay(order, "pm_card_visa"), expire).await;
        let published = verdict(&shop, order).await;
        let paid = shop.money(order) == (2000, 0);
        assert_eq!(published, if paid { (1, 0) } else { (0, 1) }, "{}", reply.body);
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
async fn an_early_expiry_is_deferred_until_this_services_clock_agrees() {
    let shop = Shop::open().await;
    let orders = join_all((0..12).map(|_| shop.order())).await;
    // Expiration's clock is ahead.
    join_all(orders.iter().map(|order| async { shop.env.publish(&order.expired()).await })).await;
    let metrics = async || shop.service.anonymous().get("/metrics").await.body.to_string();
    eventually("they are counted", async || metrics().await.contains("early_expiries_total").then_some(())).await;
    let _ = shop.pay(&orders[0], "pm_card_visa").await.expect(201);
    assert_eq!(verdicts(&shop, &orders[1]).await, (0, 0));
    assert!(shop.env.dead_letters().await.is_empty());
}

#[tokio::test]
async fn a_deferred_expiry_is_redelivered() {
    let shop = Shop::open().await;
    let order = Ordered::new("20", shop.env.clock.now() + TimeDelta::seconds(2));
    shop.env.publish(&order.event).await;
    shop.known(&order).await;
    shop.env.publish(&order.expired()).await;
    assert_eq!(verdict(&shop, &order).await, (0, 1));
    assert!(shop.env.clock.now() >= order.event.expires_at);
}

#[tokio::test]
async fn an_expiry_received_before_its_order_is_retried() {
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
async fn paying_right_after_ordering_waits_for_the_orders_event() {
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
async fn paying_while_the_order_is_closed_succeeds_if_stripe_was_paid_in_time() {
    let shop = Shop::open().await;
    let order = shop.order().await;
    assert_eq!(shop.pay(&order, "pm_card_threeDSecure2Required").await.status, 200);
    shop.stripe.authenticate(&shop.ledger(&order)[0].id, true).unwrap();
    // The recovery worker will not reconcile it soon.
    let later = bson::DateTime::from(shop.env.clock.now() + TimeDelta::seconds(50));
    let closing = doc! { "$set": { "closing": true, "lookAt": later }, "$inc": { "version": 1_i64 } };
    shop.payments().await.update_one(doc! { "orderId": &order.event.id }, closing).await.unwrap();
    let _ = shop.pay(&order, "pm_card_threeDSecure2Required").await.expect(201);
    assert_eq!(verdict(&shop, &order).await, (1, 0));
}

#[tokio::test]
async fn unreadable_payments_do_not_block_reconciliation() {
    let shop = Shop::open().await;
    let unreadable = (0..100).map(
        |number| doc! { "_id": format!("newer {number}"), "orderId": number, "lookAt": bson::DateTime::from_millis(0) },
    );
    shop.payments().await.insert_many(unreadable).await.unwrap();
    let order = shop.order().await;
    assert_eq!(shop.pay(&order, "pm_card_threeDSecure2Required").await.status, 200);
    shop.expire(&order).await;
    assert_eq!(verdict(&shop, &order).await, (0, 1));
}
