//! Changes made at Stripe's dashboard.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use bson::doc;
use common::{
    events::{PaymentCreated, PaymentRefunded},
    testing::eventually,
};
use stripe_standin::{DisputeStatus, Effect, Operation, Status, Switch, Webhook};
use tokio::net::TcpListener;

use super::{Ordered, Shop, WEBHOOK_SECRET};

async fn paid(shop: &Shop) -> (Ordered, String) {
    let order = shop.order().await;
    let _ = shop.pay(&order, "pm_card_visa").await.expect(201);
    let intent = shop.ledger(&order).remove(0).id;
    (order, intent)
}

async fn refunds(shop: &Shop, order: &Ordered, count: usize) -> Vec<Option<String>> {
    eventually("the refunds are published", async || {
        let refunds = shop.env.published::<PaymentRefunded>().await;
        let mine = refunds.into_iter().filter(|event| event.order_id == order.event.id);
        let amounts: Vec<_> = mine.map(|event| event.amount.map(|amount| amount.to_string())).collect();
        (amounts.len() >= count).then_some(amounts)
    })
    .await
}

#[tokio::test]
async fn partial_and_full_refunds_are_published_and_a_full_one_ends_paying() {
    let shop = Shop::open().await.with_webhooks();
    let (order, intent) = paid(&shop).await;
    shop.stripe.refund(&intent, Some(750)).unwrap();
    assert_eq!(refunds(&shop, &order, 1).await, [Some("7.50".into())]);
    // After a partial refund the order is still paid.
    let _ = shop.pay(&order, "pm_card_visa").await.expect(201);
    shop.stripe.refund(&intent, None).unwrap();
    assert_eq!(refunds(&shop, &order, 2).await, [Some("7.50".into()), None]);
    shop.pay(&order, "pm_card_visa").await.refused(400, &["Cannot pay for a refunded order"]);
    assert_eq!(shop.money(&order), (2000, 2000));
    shop.service.stop().await;
    assert_eq!(shop.env.published::<PaymentRefunded>().await.len(), 2);
}

#[tokio::test]
async fn a_refund_of_an_unpublished_payment_is_published_after_the_payment() {
    let shop = Shop::open().await;
    let order = shop.order().await;
    assert_eq!(shop.pay(&order, "pm_card_threeDSecure2Required").await.status, 200);
    let intent = shop.ledger(&order).remove(0).id;
    shop.stripe.authenticate(&intent, true).unwrap();
    shop.stripe.refund(&intent, Some(500)).unwrap();
    let _ = shop.pay(&order, "pm_card_threeDSecure2Required").await.expect(201);
    shop.env.event::<PaymentCreated>(|event| event.order_id == order.event.id).await;
    assert_eq!(refunds(&shop, &order, 1).await, [Some("5.00".into())]);
}

#[tokio::test]
async fn cancelling_after_a_partial_refund_refunds_the_rest() {
    let shop = Shop::open().await.with_webhooks();
    let (order, intent) = paid(&shop).await;
    shop.stripe.refund(&intent, Some(1)).unwrap();
    refunds(&shop, &order, 1).await;
    shop.env.publish(&order.cancelled()).await;
    assert_eq!(refunds(&shop, &order, 2).await, [Some("0.01".into()), None]);
    assert_eq!(shop.money(&order), (2000, 2000));
}

#[tokio::test]
async fn an_order_can_be_paid_after_its_intents_were_cancelled_at_stripe() {
    let shop = Shop::open().await.with_webhooks();
    let order = shop.order().await;
    for _ in 0..2 {
        assert_eq!(shop.pay(&order, "pm_card_threeDSecure2Required").await.status, 200);
        let open = shop.ledger(&order).into_iter().find(|intent| intent.status != Status::Canceled).unwrap();
        shop.stripe.cancel(&open.id).unwrap();
    }
    let _ = shop.pay(&order, "pm_card_visa").await.expect(201);
    shop.env.event::<PaymentCreated>(|event| event.order_id == order.event.id).await;
    assert_eq!(shop.money(&order), (2000, 0));
}

#[tokio::test]
async fn an_order_can_be_paid_after_a_cancellation_without_a_webhook() {
    let shop = Shop::open().await;
    let order = shop.order().await;
    shop.pay(&order, "pm_card_chargeDeclined").await.refused(402, &["Your card was declined."]);
    shop.stripe.cancel(&shop.ledger(&order)[0].id).unwrap();
    let _ = shop.pay(&order, "pm_card_visa").await.expect(201);
    assert_eq!((shop.ledger(&order).len(), shop.money(&order)), (2, (2000, 0)));
}

#[tokio::test]
async fn disputes_are_counted_by_status() {
    let shop = Shop::open().await.with_webhooks();
    let (order, intent) = paid(&shop).await;
    for (status, counted) in [(DisputeStatus::NeedsResponse, "needs_response"), (DisputeStatus::Lost, "lost")] {
        shop.stripe.dispute(&intent, status).unwrap();
        eventually("the dispute is counted", async || {
            let metrics = shop.service.anonymous().get("/metrics").await.body;
            metrics.as_str()?.contains(&format!(r#"disputes_total{{status="{counted}"}}"#)).then_some(())
        })
        .await;
    }
    let _ = shop.pay(&order, "pm_card_visa").await.expect(201);
}

/// Records Stripe's webhook events and forwards them to the service.
async fn record_webhooks(shop: &Shop) -> Arc<Mutex<Vec<(String, String)>>> {
    let events: Arc<Mutex<Vec<(String, String)>>> = Arc::default();
    let (kept, url) = (events.clone(), format!("{}/api/payments/webhook", shop.service.url));
    let forward = move |headers: HeaderMap, body: String| {
        let event = (headers["stripe-signature"].to_str().unwrap().to_owned(), body);
        kept.lock().unwrap().push(event.clone());
        let url = url.clone();
        async move { send(&url, &event).await }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, Router::new().route("/", post(forward))).into_future());
    shop.stripe.set_webhook(Some(Webhook::new(url, WEBHOOK_SECRET)));
    events
}

async fn send(url: &str, (signature, body): &(String, String)) -> StatusCode {
    let request = reqwest::Client::new().post(url).header("stripe-signature", signature).body(body.clone());
    request.send().await.unwrap().status()
}

#[tokio::test]
async fn a_resent_webhook_event_reconciles_the_payment_again() {
    let shop = Shop::open().await;
    let events = record_webhooks(&shop).await;
    let (order, intent) = paid(&shop).await;
    shop.stripe.refund(&intent, Some(1)).unwrap();
    refunds(&shop, &order, 1).await;
    let payments = shop.payments().await;
    let version = async || {
        let payment = payments.find_one(doc! { "orderId": &order.event.id, "lookAt": null }).await.unwrap()?;
        payment.get_i64("version").ok()
    };
    let before = eventually("the payment is reconciled", version).await;
    // An operator presses Resend.
    let url = format!("{}/api/payments/webhook", shop.service.url);
    let refund = events.lock().unwrap().iter().find(|(_, body)| body.contains("charge.refunded")).cloned().unwrap();
    assert_eq!(send(&url, &refund).await, StatusCode::OK);
    eventually("the payment is reconciled again", async || version().await.filter(|version| *version > before)).await;
    assert_eq!(refunds(&shop, &order, 1).await.len(), 1);
}

#[tokio::test]
async fn each_failure_of_stripe_is_counted_once() {
    let shop = Shop::open().await;
    let order = shop.order().await;
    shop.stripe.switch(Switch::only(Operation::ConfirmIntent, Effect::Fail { count: 2 }));
    let _ = shop.pay(&order, "pm_card_visa").await.expect(503);
    let payment = shop.payments().await.find_one(doc! { "orderId": &order.event.id }).await;
    assert_eq!(payment.unwrap().unwrap().get_i64("failures").unwrap(), 2);
}
