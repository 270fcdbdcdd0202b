use futures::future::join_all;
use serde_json::json;

use super::{cookie, signup, start};

#[tokio::test]
async fn signing_up_creates_an_account_and_a_session() {
    let (_env, service) = start().await;
    let client = service.anonymous();
    let reply = signup(&client, " Ada@Example.com ", "password").await.expect(201);
    let id = reply.body["id"].as_str().unwrap();
    assert_eq!(reply.body, json!({ "id": id, "email": "ada@example.com" }));
    let (token, attributes) = cookie(&reply);
    assert_eq!(attributes, "HttpOnly; SameSite=Lax; Path=/; Max-Age=604800");
    let me = client.with_cookie("session", &token).get("/api/users/currentuser").await.expect(200).body;
    assert_eq!(me["currentUser"]["id"], id);
}

#[tokio::test]
async fn wrong_fields_are_named() {
    let (_env, service) = start().await;
    let client = service.anonymous();
    let (email, password) = ("Email must be valid", "Password must be between 4 and 30 characters");
    for (bad_email, bad_password, messages) in [
        ("ada", "password", vec![email]),
        ("a@b.co\0", "password", vec![email]),
        ("ada@example.com", "abc", vec![password]),
        ("ada@example.com", "  abc  ", vec![password]),
        ("ada@example.com", &"x".repeat(31), vec![password]),
        ("", "", vec![email, password]),
    ] {
        signup(&client, bad_email, bad_password).await.refused(400, &messages);
    }
    for body in [json!({}), json!({ "email": ["a@b.co"], "password": 12345 }), json!({ "email": null })] {
        let errors = client.post("/api/users/signup", &body).await.expect(400).body;
        let fields = [&errors["errors"][0]["field"], &errors["errors"][1]["field"]];
        assert_eq!(fields, ["email", "password"], "{body}");
    }
    client.post("/api/users/signup", &json!([])).await.refused(400, &["Request body must be a JSON object"]);
}

#[tokio::test]
async fn an_address_has_one_account() {
    let (_env, service) = start().await;
    let client = service.anonymous();
    let _ = signup(&client, "ada@example.com", "password").await.expect(201);
    let again = signup(&client, "ADA@example.com", "other password").await.expect(400).body;
    assert_eq!(again, json!({ "errors": [{ "message": "Email in use", "field": "email" }] }));
}

#[tokio::test]
async fn one_of_racing_sign_ups_succeeds() {
    let (_env, service) = start().await;
    let client = service.anonymous();
    let attempts = (0..10).map(|_| signup(&client, "ada@example.com", "password"));
    let (won, lost): (Vec<_>, Vec<_>) = join_all(attempts).await.into_iter().partition(|reply| reply.status == 201);
    assert_eq!(won.len(), 1);
    for reply in lost {
        reply.refused(400, &["Email in use"]);
    }
}
