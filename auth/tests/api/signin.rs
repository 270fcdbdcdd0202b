use serde_json::json;

use super::{cookie, signin, signup, start};

#[tokio::test]
async fn the_right_password_signs_in() {
    let (_env, service) = start().await;
    let client = service.anonymous();
    let account = signup(&client, "ada@example.com", " password ").await.expect(201).body;
    let reply = signin(&client, " ADA@example.com", "password").await.expect(200);
    assert_eq!(reply.body, account);
    let (token, _) = cookie(&reply);
    let me = client.with_cookie("session", &token).get("/api/users/currentuser").await.expect(200).body;
    assert_eq!(me["currentUser"]["email"], "ada@example.com");
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_have_the_same_answer() {
    let (_env, service) = start().await;
    let client = service.anonymous();
    let _ = signup(&client, "ada@example.com", "password").await.expect(201);
    for (email, password) in [("ada@example.com", "passw0rd"), ("bob@example.com", "password")] {
        let reply = signin(&client, email, password).await;
        assert!(reply.headers.get("set-cookie").is_none());
        assert_eq!(reply.expect(400).body, json!({ "errors": [{ "message": "Invalid credentials" }] }));
    }
}

#[tokio::test]
async fn wrong_fields_are_named() {
    let (_env, service) = start().await;
    let client = service.anonymous();
    let (email, password) = ("Email must be valid", "You must supply a password");
    signin(&client, "ada", "x").await.refused(400, &[email]);
    signin(&client, "ada@example.com", "  ").await.refused(400, &[password]);
    client.post("/api/users/signin", &json!({ "email": {}, "password": [] })).await.refused(400, &[email, password]);
}
