use serde_json::Value;
use stripe_shared::PaymentIntentStatus;

use crate::shop::{Answer, Shop, answer};

/// A page at another origin, with a publishable key.
struct Page<'a>(&'a Shop);

impl Page<'_> {
    fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        let request = reqwest::Client::new().request(method, format!("{}{path}", self.0.stripe.url()));
        request.header("origin", "http://shop.test").bearer_auth("pk_test_page")
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        answer(self.request(reqwest::Method::POST, path).form(form)).await
    }
}

#[tokio::test]
async fn a_page_takes_a_card_and_answers_its_challenge() {
    let shop = Shop::open().await;
    let page = Page(&shop);
    let card =
        [("type", "card"), ("card[number]", "4000002760003184"), ("card[exp_month]", "1"), ("card[exp_year]", "40")];
    let method = page.post("/v1/payment_methods", &card).await.json["id"].as_str().unwrap().to_owned();
    let intent = shop.intent(600).await;
    let intent = shop.confirm(&intent.id, &method).await.unwrap();
    assert_eq!(intent.status, PaymentIntentStatus::RequiresAction);

    let secret = intent.client_secret.unwrap();
    let path = format!("/v1/payment_intents/{}/authenticate", intent.id);
    let wrong = page.post(&path, &[("client_secret", "guessed"), ("outcome", "authenticated")]).await;
    assert_eq!(wrong.status, 400);
    let right = page.post(&path, &[("client_secret", &secret), ("outcome", "authenticated")]).await;
    assert_eq!((right.status, right.json["status"].as_str()), (200, Some("succeeded")));
    assert_eq!(right.json["metadata"], Value::Null);
}

#[tokio::test]
async fn a_page_may_call_no_other_operation() {
    let shop = Shop::open().await;
    let refused = Page(&shop).post("/v1/payment_intents", &[("amount", "100"), ("currency", "usd")]).await;
    assert_eq!(refused.status, 403);
    let refused = Page(&shop).post("/v1/refunds", &[]).await;
    assert_eq!(refused.status, 403);
}

#[tokio::test]
async fn other_origins_may_call_with_a_key() {
    let shop = Shop::open().await;
    let preflight = Page(&shop)
        .request(reqwest::Method::OPTIONS, "/v1/payment_methods")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,content-type");
    let headers = preflight.send().await.unwrap().headers().clone();
    assert_eq!(headers["access-control-allow-origin"], "*");
    assert_eq!(headers["access-control-allow-headers"], "authorization,content-type");
}

#[tokio::test]
async fn keys_are_asked_for() {
    let shop = Shop::open().await;
    let url = format!("{}/v1/payment_intents/pi_1", shop.stripe.url());
    let get = || reqwest::Client::new().get(&url);
    for request in [get(), get().bearer_auth("sk_live_never"), get().bearer_auth("")] {
        let refused = answer(request).await;
        assert_eq!(refused.status, 401);
        assert_eq!(refused.json["error"]["type"], "invalid_request_error");
    }
    let found_out = answer(get().basic_auth("sk_test_shop", Some(""))).await;
    assert_eq!((found_out.status, found_out.json["error"]["code"].as_str()), (404, Some("resource_missing")));
}

#[tokio::test]
async fn stripe_js_and_health_are_served() {
    let shop = Shop::open().await;
    for path in ["/v3/", "/stripe.js"] {
        let script = reqwest::get(format!("{}{path}", shop.stripe.url())).await.unwrap();
        assert_eq!(script.headers()["content-type"], "text/javascript; charset=utf-8");
        assert!(script.text().await.unwrap().contains("handleNextAction"));
    }
    assert!(reqwest::get(format!("{}/healthz", shop.stripe.url())).await.unwrap().status().is_success());
}
