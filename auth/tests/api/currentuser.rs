use chrono::TimeDelta;
use common::testing::user;
use serde_json::json;

use super::start;

#[tokio::test]
async fn nobody_is_signed_in_without_a_valid_session() {
    let (_env, service) = start().await;
    let nobody = json!({ "currentUser": null });
    let client = service.anonymous();
    assert_eq!(client.get("/api/users/currentuser").await.expect(200).body, nobody);
    let client = client.with_cookie("session", "forged");
    assert_eq!(client.get("/api/users/currentuser").await.expect(200).body, nobody);
}

#[tokio::test]
async fn a_session_tells_who_and_since_when_and_ends_after_seven_days() {
    let (env, service) = start().await;
    let somebody = user();
    let before = env.clock.now().timestamp();
    let client = service.signed_in(&somebody);
    let reply = client.get("/api/users/currentuser").await.expect(200).body;
    let iat = reply["currentUser"]["iat"].as_i64().unwrap();
    assert!((before..=env.clock.now().timestamp()).contains(&iat));
    let expected = json!({ "currentUser": { "id": somebody.id, "email": somebody.email, "iat": iat } });
    assert_eq!(reply, expected);
    env.clock.advance(TimeDelta::days(7));
    assert_eq!(client.get("/api/users/currentuser").await.body, json!({ "currentUser": null }));
}
