use chrono::TimeDelta;
use common::testing::{TestEnv, user};
use serde_json::json;

use super::{named, signup, start, start_in};

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
async fn a_session_has_user_and_time_of_issue_and_ends_after_seven_days() {
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

#[tokio::test]
async fn a_secure_session_cookie_has_the_host_prefix() {
    let env = TestEnv::new().await.with("AUTH_RATE_PER_MINUTE", "0").with("COOKIE_SECURE", "true");
    let (env, service) = start_in(env).await;
    let reply = signup(&service.anonymous(), "ada@example.com", "password").await.expect(201);
    let (token, attributes) = named(&reply, "__Host-session");
    assert_eq!(attributes, "HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=604800");
    let earlier = env.sessions().begin(&user()).unwrap();
    for (name, value) in [("__Host-session", token.as_str()), (earlier.name(), earlier.value())] {
        let client = service.anonymous().with_cookie(name, value);
        let reply = client.get("/api/users/currentuser").await.expect(200).body;
        assert!(reply["currentUser"]["id"].is_string(), "{name}: {reply}");
    }
}
