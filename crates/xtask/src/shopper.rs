//! Somebody who uses the shop over HTTP, as a browser does: with cookies of their own.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use common::api::users::User;
use common::api::{ErrorBody, OrderId, TicketId};
use http::{Method, StatusCode};
use reqwest::Client;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Longer than any answer should take.
const PATIENCE: Duration = Duration::from_secs(20);

/// One person and their session.
#[derive(Clone, Debug)]
pub struct Shopper {
    /// The part that they play: `seller`, `buyer`.
    pub name: String,
    /// An address that nobody had before.
    pub email: String,
    http: Client,
}

/// What to ask the shop.
#[derive(Clone, Debug)]
pub struct Call {
    /// GET, POST …
    pub method: Method,
    /// From `/api` on.
    pub path: String,
    body: Option<Value>,
}

/// What the shop answered.
#[derive(Debug)]
pub struct Reply {
    /// Its status.
    pub status: StatusCode,
    /// Its JSON; null if it has none.
    pub body: Value,
    /// When the request was sent.
    pub sent: Instant,
    /// How long the answer took to arrive in full.
    pub took: Duration,
    asked: String,
}

impl Shopper {
    /// Somebody who has not signed up yet.
    pub fn new(name: &str) -> Result<Self> {
        let http = Client::builder().no_proxy().cookie_store(true).timeout(PATIENCE).build()?;
        let email = format!("{name}-{:08x}@example.com", rand::random::<u32>());
        Ok(Self { name: name.to_owned(), email, http })
    }

    /// The request by which they sign up.
    #[must_use]
    pub fn sign_up(&self) -> Call {
        Call::post("/api/users/signup", json!({ "email": self.email, "password": "a password" }))
    }

    /// The request by which they sign in again.
    #[must_use]
    pub fn sign_in(&self) -> Call {
        Call::post("/api/users/signin", json!({ "email": self.email, "password": "a password" }))
    }

    /// Signs up at the shop whose addresses begin with `base`.
    pub async fn join(name: &str, base: &str) -> Result<Self> {
        let shopper = Self::new(name)?;
        shopper.send(base, &shopper.sign_up()).await?.read::<User>(StatusCode::CREATED)?;
        Ok(shopper)
    }

    /// Sends a request to the server whose addresses begin with `base`.
    pub async fn send(&self, base: &str, call: &Call) -> Result<Reply> {
        let asked = format!("{} {} by the {}", call.method, call.path, self.name);
        let mut request = self.http.request(call.method.clone(), format!("{base}{}", call.path));
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        let sent = Instant::now();
        let answer = request.send().await.with_context(|| format!("{asked} got no answer"))?;
        let status = answer.status();
        let text = answer.bytes().await.with_context(|| format!("{asked} got half an answer"))?;
        let body = serde_json::from_slice(&text).unwrap_or_default();
        Ok(Reply { status, body, sent, took: sent.elapsed(), asked })
    }
}

impl Call {
    /// A request without a body.
    #[must_use]
    pub fn get(path: impl Into<String>) -> Self {
        Self { method: Method::GET, path: path.into(), body: None }
    }

    /// A request that takes something back.
    #[must_use]
    pub fn delete(path: impl Into<String>) -> Self {
        Self { method: Method::DELETE, path: path.into(), body: None }
    }

    /// A request with a JSON body.
    #[must_use]
    pub fn post(path: impl Into<String>, body: Value) -> Self {
        Self { method: Method::POST, path: path.into(), body: Some(body) }
    }

    /// Listing a ticket for sale; the price in dollars.
    #[must_use]
    pub fn list_ticket(title: &str, price: &str) -> Self {
        Self::post("/api/tickets", json!({ "title": title, "price": price }))
    }

    /// Ordering a ticket.
    #[must_use]
    pub fn order(ticket: &TicketId) -> Self {
        Self::post("/api/orders", json!({ "ticketId": ticket }))
    }

    /// Paying for an order with a card.
    #[must_use]
    pub fn pay(order: &OrderId, card: &str) -> Self {
        Self::post("/api/payments", json!({ "orderId": order, "token": card }))
    }
}

impl Reply {
    /// The answer as a `T`, if the status is as it should be.
    pub fn read<T: DeserializeOwned>(&self, status: StatusCode) -> Result<T> {
        if self.status != status {
            bail!("{} answered {}{}, and not {status}", self.asked, self.status, self.messages());
        }
        serde_json::from_value(self.body.clone())
            .with_context(|| format!("{} answered what was not expected: {}", self.asked, self.body))
    }

    fn messages(&self) -> String {
        let body = serde_json::from_value(self.body.clone()).unwrap_or(ErrorBody { errors: Vec::new() });
        let messages: Vec<_> = body.errors.iter().map(|error| format!(" \"{}\"", error.message)).collect();
        messages.concat()
    }
}
