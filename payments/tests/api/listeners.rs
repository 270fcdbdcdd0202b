use common::{
    events::{PaymentCreated, PaymentRefunded},
    testing::eventually,
};
use futures::future::join;
use stripe_standin::{Effect, Operation, Status, Switch};

use super::{Ordered, Shop};

#[tokio::test]
async fn cancelling_an_order_cancels_its_intent() {
    let shop = Shop::open().await;
    let order = shop.order().await;
    shop.pay(&order, "pm_card_chargeDeclined").await.refused(402, &["Your card was declined."]);
    shop.env.publish(&order.cancelled()).await;
    eventually("the intent is cancelled", async || (shop.ledger(&order)[0].status == Status::Canceled).then_some(()))
        .await;
    shop.pay(&order, "pm_card_visa").await.refused(400, &["Cannot pay for a cancelled order"]);
    assert_eq!(shop.money(&order), (0, 0));
}

#[tokio::test]
async fn cancelling_a_paid_order_refunds_it_in_full_and_once() {
    let shop = Shop::open().await;
    let order = shop.order().await;
    let _second = shop.replica().await;
    let _ = shop.pay(&order, "pm_card_visa").await.expect(201);
    for _ in 0..3 {
        shop.env.publish(&order.cancelled()).await;
    }
    let event = shop.env.event::<PaymentRefunded>(|event| event.order_id == order.event.id).await;
    assert_eq!(event.stripe_id, shop.ledger(&order)[0].id);
    assert_eq!(shop.money(&order), (2000, 2000));
    shop.pay(&order, "pm_card_visa").await.refused(400, &["Cannot pay for a cancelled order"]);
    shop.service.stop().await;
    assert_eq!(shop.env.published::<PaymentCreated>().await.len(), 1);
    assert_eq!(shop.env.published::<PaymentRefunded>().await.len(), 1);
}

#[tokio::test]
async fn an_order_cancelled_during_its_charge_is_refunded() {
    let shop = Shop::open().await;
    let order = shop.order().await;
    shop.stripe.switch(Switch::only(Operation::ConfirmIntent, Effect::DelayAnswers { millis: 300 }));
    let cancel = async {
        eventually("charged", async || (shop.money(&order).0 > 0).then_some(())).await;
        shop.env.publish(&order.cancelled()).await;
    };
    let (reply, ()) = join(shop.pay(&order, "pm_card_visa"), cancel).await;
    assert!(matches!(reply.status.as_u16(), 201 | 400), "{}", reply.body);
    shop.refunded(&order).await;
    shop.env.event::<PaymentRefunded>(|event| event.order_id == order.event.id).await;
}

#[tokio::test]
async fn a_cancellation_received_before_its_order_is_kept() {
    let shop = Shop::open().await;
    let order = Ordered::new("20", shop.env.clock.now() + chrono::TimeDelta::minutes(15));
    shop.env.publish(&order.cancelled()).await;
    shop.env.all_handled().await;
    shop.env.publish(&order.event).await;
    shop.known(&order).await;
    eventually("the cancellation is known", async || {
        (shop.pay(&order, "pm_card_chargeDeclined").await.status == 400).then_some(())
    })
    .await;
    shop.pay(&order, "pm_card_visa").await.refused(400, &["Cannot pay for a cancelled order"]);
    assert_eq!(shop.money(&order), (0, 0));
}
