use common::{clock::Clock, config::Env};
use serde_json::json;

use super::Shop;

#[tokio::test]
async fn pages_get_the_publishable_key_and_the_script() {
    let shop = Shop::open().await;
    let config = shop.service.anonymous().get("/api/payments/config").await.expect(200).body;
    assert_eq!(config, json!({ "publishableKey": "pk_test_1", "scriptUrl": "https://js.stripe.com/v3/" }));
}

#[tokio::test]
async fn swapped_stripe_keys_are_refused_at_start() {
    let pairs = [
        ("MONGO_URI", "mongodb://localhost/payments"),
        ("NATS_URL", "nats://localhost"),
        ("JWT_KEY", "a key for tests of at least thirty-two bytes"),
        ("STRIPE_KEY", "pk_test_1"),
        ("STRIPE_PUBLISHABLE_KEY", "sk_test_1"),
        ("STRIPE_WEBHOOK_SECRET", "whsec_1"),
    ];
    let error = payments::start(&Env::from(pairs), Clock::system()).await.err().unwrap().to_string();
    assert!(error.contains("STRIPE_KEY") && !error.contains("pk_test_1"), "{error}");
}
