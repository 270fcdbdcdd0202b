//! A person who uses the shop over HTTP, as a browser does: with cookies of their own.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use common::api::orders::Order;
use common::api::tickets::{About, Ticket};
use common::api::users::User;
use common::api::{ErrorBody, OrderId, TicketId};
use common::clock::Clock;
use http::{Method, StatusCode};
use reqwest::Client;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::sleep;

/// Longer than any answer should take, and than any event travels.
const TIME_LIMIT: Duration = Duration::from_secs(20);
/// The pause before a request is repeated.
const PAUSE: Duration = Duration::from_millis(2);

/// Where the shop is.
#[derive(Clone, Debug)]
pub enum Shop {
    /// Behind a gateway at this URL.
    Gateway(String),
    /// The URLs of its services, by name.
    Services(BTreeMap<String, String>),
}

/// One person and their session.
#[derive(Clone, Debug)]
pub struct Shopper {
    /// The part that they play: `seller`, `buyer`.
    pub name: String,
    /// A new e-mail address, unless they were given one.
    pub email: String,
    password: &'static str,
    shop: Shop,
    http: Client,
    observer: Option<UnboundedSender<Reply>>,
}

/// A request to the shop.
#[derive(Clone, Debug)]
pub struct Call {
    method: Method,
    path: String,
    body: Option<Value>,
}

/// What the shop answered.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Who asked.
    pub who: String,
    /// Method and path.
    pub asked: String,
    /// Its status.
    pub status: StatusCode,
    /// Its JSON; null if it has none.
    pub body: Value,
    /// The time of day when the request was sent.
    pub time: DateTime<Utc>,
    /// When the request was sent.
    pub sent: Instant,
    /// How long the answer took to arrive in full.
    pub took: Duration,
    /// How often the request was sent until this answer came.
    pub times: usize,
}

impl Shop {
    /// The server that answers a path.
    fn base(&self, path: &str) -> Result<&str> {
        let services = match self {
            Self::Gateway(url) => return Ok(url),
            Self::Services(services) => services,
        };
        let service = match path.split(['/', '?']).nth(2) {
            Some("users") => "auth",
            other => other.unwrap_or_default(),
        };
        services.get(service).map(String::as_str).with_context(|| format!("no service answers {path}"))
    }
}

impl Shopper {
    /// A new person who has not signed up yet.
    pub fn new(name: &str, shop: &Shop) -> Result<Self> {
        let email = format!("{name}-{:08x}@example.com", rand::random::<u32>());
        Self::known(name, email, "a password", shop)
    }

    /// A person with an e-mail address and a password.
    pub fn known(name: &str, email: String, password: &'static str, shop: &Shop) -> Result<Self> {
        let http = Client::builder().no_proxy().cookie_store(true).timeout(TIME_LIMIT).build()?;
        Ok(Self { name: name.to_owned(), email, password, shop: shop.clone(), http, observer: None })
    }

    /// Sends a copy of every reply to an observer.
    #[must_use]
    pub fn observed_by(mut self, observer: &UnboundedSender<Reply>) -> Self {
        self.observer = Some(observer.clone());
        self
    }

    /// Signs up.
    pub async fn sign_up(&self) -> Result<Reply> {
        self.send(&Call::post("/api/users/signup", self.credentials())).await
    }

    /// The request by which they sign in.
    #[must_use]
    pub fn sign_in(&self) -> Call {
        Call::post("/api/users/signin", self.credentials())
    }

    /// A new person, signed up.
    pub async fn join(name: &str, shop: &Shop) -> Result<Self> {
        let shopper = Self::new(name, shop)?;
        shopper.sign_up().await?.read::<User>(StatusCode::CREATED)?;
        Ok(shopper)
    }

    /// Lists a ticket for sale; the price in dollars.
    pub async fn list(&self, title: &str, price: &str) -> Result<Ticket> {
        self.send(&Call::list(title, price, &About::default())).await?.read(StatusCode::CREATED)
    }

    /// Orders a ticket, as soon as orders knows it.
    pub async fn order(&self, ticket: &TicketId) -> Result<Order> {
        self.send_when_known(&Call::order(ticket)).await?.read(StatusCode::CREATED)
    }

    /// Sends a GET request and reads the answer.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        self.send(&Call::get(path)).await?.read(StatusCode::OK)
    }

    /// Sends a request once.
    pub async fn send(&self, call: &Call) -> Result<Reply> {
        self.send_until(call, |_| true).await
    }

    /// Sends a request until its service has received the event of what it is about.
    pub async fn send_when_known(&self, call: &Call) -> Result<Reply> {
        self.send_until(call, |reply| reply.status != StatusCode::NOT_FOUND).await
    }

    /// Sends a request until the answer is as `wanted`, and gives the last answer;
    /// after 20 seconds that is another one.
    pub async fn send_until(&self, call: &Call, wanted: impl Fn(&Reply) -> bool) -> Result<Reply> {
        let deadline = Instant::now() + TIME_LIMIT;
        let mut reply = self.send_once(call).await?;
        while !wanted(&reply) && Instant::now() < deadline {
            sleep(PAUSE).await;
            reply = Reply { times: reply.times + 1, ..self.send_once(call).await? };
        }
        if let Some(observer) = &self.observer {
            let _ = observer.send(reply.clone());
        }
        Ok(reply)
    }

    async fn send_once(&self, call: &Call) -> Result<Reply> {
        let (who, asked) = (self.name.clone(), format!("{} {}", call.method, call.path));
        let mut request =
            self.http.request(call.method.clone(), format!("{}{}", self.shop.base(&call.path)?, call.path));
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        let (time, sent) = (Clock::system().now(), Instant::now());
        let answer = request.send().await.with_context(|| format!("{asked} by the {who} got no answer"))?;
        let status = answer.status();
        let text = answer.bytes().await.with_context(|| format!("{asked} by the {who} got half an answer"))?;
        let body = serde_json::from_slice(&text).unwrap_or_default();
        Ok(Reply { who, asked, status, body, time, sent, took: sent.elapsed(), times: 1 })
    }

    /// What they sign up and in with.
    #[must_use]
    pub fn credentials(&self) -> Value {
        json!({ "email": self.email, "password": self.password })
    }
}

impl Call {
    /// A request without a body.
    #[must_use]
    pub fn get(path: &str) -> Self {
        Self { method: Method::GET, path: path.to_owned(), body: None }
    }

    /// Cancelling an order.
    #[must_use]
    pub fn cancel(order: &OrderId) -> Self {
        Self { method: Method::DELETE, path: format!("/api/orders/{order}"), body: None }
    }

    /// Listing a ticket for sale; the price in dollars.
    #[must_use]
    pub fn list(title: &str, price: &str, about: &About) -> Self {
        let About { starts_at, venue, category, details } = about;
        let said = json!({
            "title": title, "price": price, "startsAt": starts_at, "venue": venue, "category": category,
            "details": details,
        });
        Self::post("/api/tickets", said)
    }

    /// Depositing what lets one in.
    #[must_use]
    pub fn deposit(ticket: &TicketId, text: &str) -> Self {
        let (path, body) = (format!("/api/tickets/{ticket}/handover"), Some(json!({ "text": text })));
        Self { method: Method::PUT, path, body }
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

    fn post(path: &str, body: Value) -> Self {
        Self { method: Method::POST, path: path.to_owned(), body: Some(body) }
    }
}

impl Reply {
    /// The answer as a `T`, if the status is as expected.
    pub fn read<T: DeserializeOwned>(&self, status: StatusCode) -> Result<T> {
        let asked = format!("{} by the {}", self.asked, self.who);
        if self.status != status {
            bail!("{asked} answered {}{}, and not {status}", self.status, self.messages());
        }
        serde_json::from_value(self.body.clone())
            .with_context(|| format!("{asked} answered something unexpected: {}", self.body))
    }

    fn messages(&self) -> String {
        let body = serde_json::from_value(self.body.clone()).unwrap_or(ErrorBody { errors: Vec::new() });
        let messages: Vec<_> = body.errors.iter().map(|error| format!(" \"{}\"", error.message)).collect();
        messages.concat()
    }
}
