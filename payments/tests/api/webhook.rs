use common::{events::PaymentCreated, testing::Reply};
use reqwest::Method;
use stripe_webhook::Webhook;

use super::{Shop, WEBHOOK_SECRET};

async fn post(shop: &Shop, signature: Option<&str>, payload: &str) -> Reply {
    let client = shop.service.anonymous();
    let mut request = client.request(Method::POST, "/api/payments/webhook").body(payload.to_owned());
    if let Some(signature) = signature {
        request = request.header("stripe-signature", signature);
    }
    client.send(request).await
}

#[tokio::test]
async fn a_webhook_event_completes_a_payment_without_a_request() {
    let shop = Shop::open().await.with_webhooks();
    let order = shop.order().await;
    assert_eq!(shop.pay(&order, "pm_card_threeDSecure2Required").await.status, 200);
    shop.stripe.authenticate(&shop.ledger(&order)[0].id, true).unwrap();
    shop.env.event::<PaymentCreated>(|event| event.order_id == order.event.id).await;
}

#[tokio::test]
async fn only_fresh_events_signed_by_stripe_are_accepted() {
    let shop = Shop::open().await;
    let payload = r#"{"id":"evt_1","object":"event","type":"unknown.kind"}"#;
    let now = shop.env.clock.now().timestamp();
    let sign = |payload: &str, secret: &str, age| Webhook::generate_test_header(payload, secret, Some(now - age));
    let good = sign(payload, WEBHOOK_SECRET, 0);
    let forged = sign(payload, "whsec_other", 0);
    let stale = sign(payload, WEBHOOK_SECRET, 3600);
    let other = sign("{}", WEBHOOK_SECRET, 0);
    for bad in [None, Some(""), Some("t=1"), Some("v1=00,t=x"), Some(&*forged), Some(&*stale), Some(&*other)] {
        let reply = post(&shop, bad, payload).await.expect(400);
        assert!(reply.messages()[0].starts_with("Webhook signature refused"), "{:?}", reply.messages());
    }
    // An unknown kind signed by Stripe is acknowledged, so that it is not sent again.
    let _ = post(&shop, Some(&good), payload).await.expect(200);
    let large = "x".repeat(70 * 1024);
    post(&shop, Some(&good), &large).await.refused(413, &["Request body is too large"]);
}
