use common::testing::{Client, Reply, TestEnv};
use serde_json::json;

use super::{signin, start_in};

async fn from(client: &Client, address: &str) -> Reply {
    let request = client.request(reqwest::Method::POST, "/api/users/signin").header("x-forwarded-for", address);
    client.send(request.json(&json!({ "email": "ada@example.com", "password": "x" }))).await
}

#[tokio::test]
async fn too_many_attempts_from_an_address_are_refused() {
    let (_env, service) = start_in(TestEnv::new().await.with("AUTH_RATE_PER_MINUTE", "3")).await;
    let client = service.anonymous();
    for _ in 0..3 {
        signin(&client, "ada@example.com", "x").await.refused(400, &["Invalid credentials"]);
    }
    let reply = from(&client, "203.0.113.7").await;
    let wait: u64 = reply.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=20).contains(&wait), "{wait}");
    reply.refused(429, &["Too many requests, please try again later"]);
    // Other paths have no limit.
    let _ = client.get("/api/users/currentuser").await.expect(200);
}

#[tokio::test]
async fn clients_behind_a_trusted_proxy_are_limited_separately() {
    let env = TestEnv::new().await.with("AUTH_RATE_PER_MINUTE", "1").with("TRUST_PROXY", "true");
    let (_env, service) = start_in(env).await;
    let client = service.anonymous();
    for address in ["203.0.113.7", "203.0.113.8"] {
        from(&client, address).await.refused(400, &["Invalid credentials"]);
        from(&client, &format!("198.51.100.1, {address}"))
            .await
            .refused(429, &["Too many requests, please try again later"]);
    }
}
