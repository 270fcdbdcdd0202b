//! Spellings of addresses and passwords, as keyboards send them.

use common::testing::{Client, Reply};
use futures::future::join_all;

use super::{signin, signup, start};

const COMPOSED: &str = "zoë@bücher.example";
const DECOMPOSED: &str = "zoe\u{308}@bu\u{308}cher.example";
const ASCII_DOMAIN: &str = "Zoë@xn--bcher-kva.example";

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
async fn an_address_with_an_invalid_domain_is_refused() {
    let (_env, service) = start().await;
    let client = service.anonymous();
    for email in ["ada@xn--a.example", "ada@-b.example", "ada@\u{301}b.example", "ada@b\u{fffd}.example"] {
        signup(&client, email, "password").await.refused(400, &["Email must be valid"]);
        signin(&client, email, "password").await.refused(400, &["Email must be valid"]);
    }
}
