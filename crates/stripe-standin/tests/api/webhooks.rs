use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use axum::{Router, extract::State, http::HeaderMap, http::StatusCode, routing::post};
use stripe_core::refund::CreateRefund;
use stripe_standin::{Options, Webhook};
use stripe_webhook::{Event, EventObject, Webhook as Received, WebhookError};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::shop::Shop;

const SECRET: &str = "whsec_of_a_test";

/// An endpoint that rejects the first calls and records all of them.
pub struct Endpoint {
    url: String,
    calls: UnboundedReceiver<(String, String)>,
}

#[derive(Clone)]
struct Refusals(Arc<AtomicU32>, UnboundedSender<(String, String)>);

impl Endpoint {
    pub async fn refusing(first: u32) -> Self {
        let (sender, calls) = unbounded_channel();
        let refusals = Refusals(Arc::new(AtomicU32::new(first)), sender);
        let router = Router::new().route("/", post(take)).with_state(refusals);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(axum::serve(listener, router).into_future());
        Self { url, calls }
    }

    fn webhook(&self) -> Webhook {
        Webhook { first_retry_ms: 10, ..Webhook::new(&self.url, SECRET) }
    }

    pub async fn next(&mut self) -> Event {
        let (signature, body) = self.calls.recv().await.unwrap();
        Received::construct_event(&body, &signature, SECRET).unwrap()
    }
}

async fn take(State(Refusals(left, calls)): State<Refusals>, headers: HeaderMap, body: String) -> StatusCode {
    calls.send((headers["stripe-signature"].to_str().unwrap().to_owned(), body)).unwrap();
    let refuse = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
    if refuse { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK }
}

pub async fn shop_with(endpoint: &Endpoint) -> Shop {
    Shop::open_with(Options { webhook: Some(endpoint.webhook()), ..Options::default() }).await
}

#[tokio::test]
async fn an_event_is_signed_and_retried_until_it_is_accepted() {
    let mut endpoint = Endpoint::refusing(2).await;
    let shop = shop_with(&endpoint).await;
    let paid = shop.paid(800).await;

    let (first, second, third) = (endpoint.next().await, endpoint.next().await, endpoint.next().await);
    assert!(first.id == second.id && second.id == third.id);
    assert_eq!(third.api_version.unwrap(), stripe_shared::version::VERSION);
    let EventObject::PaymentIntentSucceeded(intent) = third.data.object else { panic!("{:?}", third.type_) };
    assert_eq!((&intent.id, &intent.metadata["order_id"]), (&paid.id, &"o1".to_owned()));
}

#[tokio::test]
async fn another_secret_does_not_verify() {
    let mut endpoint = Endpoint::refusing(0).await;
    let shop = shop_with(&endpoint).await;
    shop.paid(800).await;
    let (signature, body) = endpoint.calls.recv().await.unwrap();
    let outcome = Received::construct_event(&body, &signature, "whsec_other");
    assert!(matches!(outcome, Err(WebhookError::BadSignature)));
}

#[tokio::test]
async fn each_turn_of_a_payment_is_told() {
    let mut endpoint = Endpoint::refusing(0).await;
    let shop = shop_with(&endpoint).await;
    let intent = shop.intent(800).await;

    let _ = shop.confirm(&intent.id, "pm_card_chargeDeclined").await;
    assert!(matches!(endpoint.next().await.data.object, EventObject::PaymentIntentPaymentFailed(_)));
    shop.confirm(&intent.id, "pm_card_authenticationRequired").await.unwrap();
    assert!(matches!(endpoint.next().await.data.object, EventObject::PaymentIntentRequiresAction(_)));
    shop.cancel(&intent.id).await.unwrap();
    assert!(matches!(endpoint.next().await.data.object, EventObject::PaymentIntentCanceled(_)));

    let paid = shop.paid(800).await;
    assert!(matches!(endpoint.next().await.data.object, EventObject::PaymentIntentSucceeded(_)));
    CreateRefund::new().payment_intent(paid.id.as_str()).send(&shop.client).await.unwrap();
    let told = [endpoint.next().await.data.object, endpoint.next().await.data.object];
    assert!(told.iter().any(|object| matches!(object, EventObject::ChargeRefunded(charge) if charge.refunded)));
    assert!(told.iter().any(|object| matches!(object, EventObject::RefundCreated(refund) if refund.amount == 800)));
}

#[tokio::test]
async fn a_webhook_can_be_set_later() {
    let mut endpoint = Endpoint::refusing(0).await;
    let shop = Shop::open().await;
    shop.paid(100).await;
    shop.stripe.set_webhook(Some(endpoint.webhook()));
    let paid = shop.paid(800).await;
    let EventObject::PaymentIntentSucceeded(intent) = endpoint.next().await.data.object else { panic!() };
    assert_eq!(intent.id, paid.id);
}
