use bson::doc;
use chrono::TimeDelta;
use common::testing::{Client, Reply, eventually};
use serde_json::json;

use super::{cookie, is_signed_in, signin, signup, start, start_in};

async fn change(client: &Client, password: &str, new: &str) -> Reply {
    client.post("/api/users/password", &json!({ "password": password, "newPassword": new })).await
}

#[tokio::test]
async fn changing_the_password_ends_all_other_sessions_at_every_replica() {
    let (env, service) = start().await;
    let (env, second) = start_in(env).await;
    let anonymous = service.anonymous();
    let session = |reply: &Reply| anonymous.clone().with_cookie("session", &cookie(reply).0);
    let here = session(&signup(&anonymous, "ada@example.com", "password").await.expect(201));
    let elsewhere = session(&signin(&anonymous, "ada@example.com", "password").await.expect(200));
    let (token, _) = cookie(&signin(&anonymous, "ada@example.com", "password").await.expect(200));
    let there = second.anonymous().with_cookie("session", &token);
    assert!(is_signed_in(&elsewhere).await && is_signed_in(&there).await);

    let renewed = session(&change(&here, "password", "another").await.expect(200));
    assert!(is_signed_in(&renewed).await);
    assert!(!is_signed_in(&here).await && !is_signed_in(&elsewhere).await);
    change(&elsewhere, "another", "third").await.refused(401, &["Not authorized"]);
    eventually("the other replica knows", async || (!is_signed_in(&there).await).then_some(())).await;

    signin(&anonymous, "ada@example.com", "password").await.refused(400, &["Invalid credentials"]);
    let again = session(&signin(&anonymous, "ada@example.com", "another").await.expect(200));
    assert!(is_signed_in(&again).await);
    // A program that starts later knows, too.
    service.stop().await;
    let (env, third) = start_in(env).await;
    assert!(!is_signed_in(&third.anonymous().with_cookie("session", &token)).await);
    env.clock.advance(TimeDelta::days(7));
    assert!(!is_signed_in(&third.anonymous().with_cookie("session", &token)).await);
}

/// The write came long before it could be read: an outage, or clocks that differ.
#[tokio::test]
async fn a_replica_learns_of_sessions_that_were_ended_long_before_it_could_read_that() {
    let (env, service) = start().await;
    let anonymous = service.anonymous();
    let mut sessions = Vec::new();
    for name in ["ada", "grace", "alan"] {
        let session = cookie(&signup(&anonymous, &format!("{name}@example.com"), "password").await.expect(201)).0;
        sessions.push(anonymous.clone().with_cookie("session", &session));
    }
    let users = env.collection("users").await;
    let unreadable = doc! { "_id": "x", "email": "x", "sessionVersion": "x", "sessionsEndedAt": bson::DateTime::now() };
    users.insert_one(unreadable).await.unwrap();
    for (session, hours) in sessions.iter().zip([2, -1, 0]) {
        let id = session.get("/api/users/currentuser").await.expect(200).body["currentUser"]["id"].clone();
        let at = bson::DateTime::from(env.clock.now() - TimeDelta::hours(hours));
        let ended = doc! { "$set": { "sessionVersion": 1_i64, "sessionsEndedAt": at } };
        users.update_one(doc! { "_id": id.as_str().unwrap() }, ended).await.unwrap();
        eventually("it is over", async || (!is_signed_in(session).await).then_some(())).await;
    }
}

#[tokio::test]
async fn refusals_are_checked_in_the_documented_order() {
    let (_env, service) = start().await;
    let anonymous = service.anonymous();
    change(&anonymous, "", "").await.refused(401, &["Not authorized"]);
    let session = cookie(&signup(&anonymous, "ada@example.com", "password").await.expect(201)).0;
    let client = anonymous.with_cookie("session", &session);
    let length = "Password must be between 4 and 30 characters";
    change(&client, "", "abc").await.refused(400, &["You must supply a password", length]);
    let wrong = change(&client, "wrong", "another").await.expect(400).body;
    assert_eq!(wrong, json!({ "errors": [{ "message": "The password is wrong", "field": "password" }] }));
    assert!(is_signed_in(&client).await);
}
