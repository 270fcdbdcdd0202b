//! Tests the auth service over HTTP, with a real store.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod currentuser;
mod delete;
mod description;
mod limits;
mod password;
mod signin;
mod signout;
mod signup;
mod spellings;

use common::testing::{Client, Reply, Service, TestEnv};
use serde_json::json;

/// The service with a store of its own and without a rate limit.
async fn start() -> (TestEnv, Service) {
    start_in(TestEnv::new().await.with("AUTH_RATE_PER_MINUTE", "0")).await
}

async fn start_in(env: TestEnv) -> (TestEnv, Service) {
    let service = env.run(auth::start).await;
    (env, service)
}

async fn signup(client: &Client, email: &str, password: &str) -> Reply {
    client.post("/api/users/signup", &json!({ "email": email, "password": password })).await
}

async fn signin(client: &Client, email: &str, password: &str) -> Reply {
    client.post("/api/users/signin", &json!({ "email": email, "password": password })).await
}

async fn is_signed_in(client: &Client) -> bool {
    !client.get("/api/users/currentuser").await.expect(200).body["currentUser"].is_null()
}

/// The value and the attributes of the session cookie that a response sets.
fn cookie(reply: &Reply) -> (String, String) {
    named(reply, "session")
}

/// The value and the attributes of a cookie that a response sets.
fn named(reply: &Reply, name: &str) -> (String, String) {
    let mut set = reply.headers.get_all("set-cookie").into_iter().map(|header| header.to_str().unwrap());
    let found = set.find_map(|header| header.strip_prefix(name)?.strip_prefix('=')?.split_once("; "));
    let (value, attributes) = found.unwrap_or_else(|| panic!("no cookie {name}: {:?}", reply.headers));
    (value.to_owned(), attributes.to_owned())
}
