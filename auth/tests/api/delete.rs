use chrono::TimeDelta;
use common::{
    api::UserId,
    session::{Keeper, Sessions},
    testing::{Client, KEY, Reply, Service, TestEnv, eventually},
};
use serde_json::json;

use super::{cookie, is_signed_in, signin, signup, start, start_in};

/// An account, signed in.
async fn ada(service: &Service) -> (Client, UserId) {
    let anonymous = service.anonymous();
    let reply = signup(&anonymous, "ada@example.com", "password").await.expect(201);
    let id = reply.body["id"].as_str().unwrap().parse().unwrap();
    (anonymous.with_cookie("session", &cookie(&reply).0), id)
}

/// What tickets and orders state about an account.
fn statements(env: &TestEnv, user: &UserId) -> [String; 2] {
    let sessions = Sessions::new(KEY, env.clock.clone());
    [Keeper::Tickets, Keeper::Orders].map(|keeper| sessions.clear(keeper, user).unwrap())
}

async fn delete(client: &Client, password: &str, [tickets, orders]: &[String; 2]) -> Reply {
    client.post("/api/users/delete", &json!({ "password": password, "tickets": tickets, "orders": orders })).await
}

#[tokio::test]
async fn a_deleted_account_is_gone_at_every_replica_and_its_address_is_free() {
    let (env, service) = start().await;
    let (env, second) = start_in(env).await;
    let (client, id) = ada(&service).await;
    let there = signin(&second.anonymous(), "ada@example.com", "password").await.expect(200);
    let there = second.anonymous().with_cookie("session", &cookie(&there).0);
    let reply = delete(&client, "password", &statements(&env, &id)).await.expect(204);
    assert_eq!(cookie(&reply).0, "", "the cookie is cleared");
    assert!(!is_signed_in(&client).await);
    eventually("the other replica knows", async || (!is_signed_in(&there).await).then_some(())).await;
    delete(&there, "password", &statements(&env, &id)).await.refused(401, &["Not authorized"]);
    signin(&service.anonymous(), "ada@example.com", "password").await.refused(400, &["Invalid credentials"]);
    let kept = env.collection("users").await.find_one(bson::doc! { "_id": &id }).await.unwrap().unwrap();
    assert!(!kept.to_string().contains("ada@") && !kept.to_string().contains("argon"), "{kept}");
    let again = signup(&service.anonymous(), "ada@example.com", "password").await.expect(201);
    assert_ne!(again.body["id"], id.as_str());
}

#[tokio::test]
async fn refusals_are_checked_in_the_documented_order() {
    let (env, service) = start().await;
    let (client, id) = ada(&service).await;
    let stated = statements(&env, &id);
    let nothing = [String::new(), String::new()];
    delete(&service.anonymous(), "", &nothing).await.refused(401, &["Not authorized"]);
    delete(&client, "", &nothing).await.refused(400, &["You must supply a password"]);
    delete(&client, "wrong", &nothing).await.refused(400, &["The password is wrong"]);
    let open = ["Tickets and orders must state that nothing of the account is open"];
    let swapped = [stated[1].clone(), stated[0].clone()];
    for missing in [nothing, [stated[0].clone(), String::new()], swapped, statements(&env, &UserId::new())] {
        delete(&client, "password", &missing).await.refused(400, &open);
    }
    env.clock.advance(TimeDelta::minutes(1));
    delete(&client, "password", &stated).await.refused(400, &open);
    assert!(is_signed_in(&client).await);
}
