//! Spellings of addresses and passwords, by keyboards and earlier releases.

use argon2::{
    Argon2, PasswordHasher,
    password_hash::{SaltString, rand_core::OsRng},
};
use bson::doc;
use common::{
    api::UserId,
    testing::{Client, Reply, TestEnv},
};
use futures::future::join_all;

use super::{cookie, signin, signup, start};

const COMPOSED: &str = "zoë@bücher.example";
const DECOMPOSED: &str = "zoe\u{308}@bu\u{308}cher.example";
const ASCII_DOMAIN: &str = "Zoë@xn--bcher-kva.example";

/// Inserts an account as an earlier release stored it: address and password as typed.
async fn insert_outdated(env: &TestEnv, email: &str, password: &str) -> UserId {
    let salt = SaltString::generate(&mut OsRng);
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
    let (id, email, hash) = (UserId::new(), email.to_lowercase(), hash.unwrap().to_string());
    env.collection("users").await.insert_one(doc! { "_id": &id, "email": email, "passwordHash": hash }).await.unwrap();
    id
}

async fn hash(env: &TestEnv, id: &UserId) -> String {
    let account = env.collection("users").await.find_one(doc! { "_id": id }).await.unwrap().unwrap();
    account.get_str("passwordHash").unwrap().to_owned()
}

async fn signs_in(client: &Client, email: &str, password: &str, id: &str) -> Reply {
    let reply = signin(client, email, password).await.expect(200);
    assert_eq!(reply.body["id"], id, "{email}");
    reply
}

#[tokio::test]
async fn an_address_is_one_account_in_all_its_spellings() {
    let (_env, service) = start().await;
    let client = service.anonymous();
    let account = signup(&client, ASCII_DOMAIN, "password").await.expect(201).body;
    assert_eq!(account["email"], COMPOSED);
    for spelling in [COMPOSED, DECOMPOSED, ASCII_DOMAIN, "ZOË@BÜCHER.EXAMPLE"] {
        signup(&client, spelling, "other password").await.refused(400, &["Email in use"]);
        let reply = signs_in(&client, spelling, "password", account["id"].as_str().unwrap()).await;
        assert_eq!(reply.body["email"], COMPOSED);
    }
}

#[tokio::test]
async fn one_of_racing_sign_ups_with_several_spellings_succeeds() {
    let (_env, service) = start().await;
    let client = service.anonymous();
    let attempts = [COMPOSED, DECOMPOSED, ASCII_DOMAIN].map(|spelling| signup(&client, spelling, "password"));
    let mut statuses: Vec<_> = join_all(attempts).await.into_iter().map(|reply| reply.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 400, 400]);
}

#[tokio::test]
async fn an_outdated_account_is_found_by_every_spelling() {
    for stored in [COMPOSED, ASCII_DOMAIN] {
        let (env, service) = start().await;
        let client = service.anonymous();
        let id = insert_outdated(&env, stored, "password").await;
        for spelling in [COMPOSED, DECOMPOSED, ASCII_DOMAIN] {
            let reply = signs_in(&client, spelling, "password", id.as_str()).await;
            assert_eq!(reply.body["email"], COMPOSED, "{stored}");
            signup(&client, spelling, "password").await.refused(400, &["Email in use"]);
        }
    }
}

#[tokio::test]
async fn of_two_outdated_accounts_the_exact_spelling_signs_in() {
    let (env, service) = start().await;
    let client = service.anonymous();
    let one = insert_outdated(&env, COMPOSED, "first password").await;
    let other = insert_outdated(&env, ASCII_DOMAIN, "other password").await;
    signs_in(&client, COMPOSED, "first password", one.as_str()).await;
    signs_in(&client, ASCII_DOMAIN, "other password", other.as_str()).await;
}

#[tokio::test]
async fn a_password_matches_in_either_normal_form() {
    let (_env, service) = start().await;
    let client = service.anonymous();
    let account = signup(&client, "ada@example.com", "pa\u{308}ssword\u{a0}1").await.expect(201).body;
    for typed in ["pässword 1", "pa\u{308}ssword 1", "pässword\u{3000}1"] {
        signs_in(&client, "ada@example.com", typed, account["id"].as_str().unwrap()).await;
    }
    for other in ["Pässword 1", "password 1", "pässword1"] {
        signin(&client, "ada@example.com", other).await.refused(400, &["Invalid credentials"]);
    }
}

#[tokio::test]
async fn an_outdated_password_hash_matches_and_is_replaced_once() {
    let (env, service) = start().await;
    let client = service.anonymous();
    let id = insert_outdated(&env, "ada@example.com", "pa\u{308}ssword").await;
    let before = hash(&env, &id).await;
    signin(&client, "ada@example.com", "passwörd").await.refused(400, &["Invalid credentials"]);
    assert_eq!(hash(&env, &id).await, before);
    signs_in(&client, "ada@example.com", "pässword", id.as_str()).await;
    let renewed = hash(&env, &id).await;
    assert_ne!(renewed, before);
    let reply = signs_in(&client, "ada@example.com", "pa\u{308}ssword", id.as_str()).await;
    assert_eq!(hash(&env, &id).await, renewed);
    assert!(!cookie(&reply).0.is_empty());
}

#[tokio::test]
async fn an_address_with_an_invalid_domain_is_refused() {
    let (_env, service) = start().await;
    let client = service.anonymous();
    for email in ["ada@xn--a.example", "ada@-b.example", "ada@\u{301}b.example", "ada@b\u{fffd}.example"] {
        signup(&client, email, "password").await.refused(400, &["Email must be valid"]);
        signin(&client, email, "password").await.refused(400, &["Email must be valid"]);
    }
}
