//! An HTTP client of the shop.

use axum::http::{HeaderMap, StatusCode};
use reqwest::{Method, header};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A client of one service or gateway. It sends one cookie at most, and keeps none.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    cookie: Option<String>,
}

/// A response.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body; null if empty, a string if it is not JSON.
    pub body: Value,
}

impl Client {
    /// A client of the server at `url`.
    #[must_use]
    pub fn new(url: &str) -> Self {
        Self { http: reqwest::Client::new(), url: url.to_owned(), cookie: None }
    }

    /// The same, sending a cookie.
    #[must_use]
    pub fn with_cookie(mut self, name: &str, value: &str) -> Self {
        self.cookie = Some(format!("{name}={value}"));
        self
    }

    /// GET
    pub async fn get(&self, path: &str) -> Reply {
        self.send(self.request(Method::GET, path)).await
    }

    /// POST of JSON.
    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    /// PUT of JSON.
    pub async fn put(&self, path: &str, body: &Value) -> Reply {
        self.send(self.request(Method::PUT, path).json(body)).await
    }

    /// DELETE
    pub async fn delete(&self, path: &str) -> Reply {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// A request to be completed and [sent](Self::send).
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.url));
        match &self.cookie {
            Some(cookie) => request.header(header::COOKIE, cookie),
            None => request,
        }
    }

    /// Sends a request.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Reply {
        let response = request.send().await.expect("the server answers");
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.expect("the body arrives");
        let body = match text.as_str() {
            "" => Value::Null,
            text => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
        };
        Reply { status, headers, body }
    }
}

impl Reply {
    /// Fails the test unless the status is `status`.
    #[must_use]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }

    /// Fails the test unless this is an error of that status with exactly these
    /// messages.
    pub fn refused(self, status: u16, messages: &[&str]) {
        assert_eq!(
            (self.status.as_u16(), self.messages()),
            (status, messages.iter().map(|&text| text.into()).collect())
        );
    }

    /// The messages of the error envelope; fails the test if the body is none.
    #[must_use]
    pub fn messages(&self) -> Vec<String> {
        let envelope: crate::api::ErrorBody = self.read();
        assert!(!envelope.errors.is_empty(), "an empty envelope");
        envelope.errors.into_iter().map(|error| error.message).collect()
    }

    /// The body as a `T`; fails the test if it can't be parsed.
    #[must_use]
    pub fn read<T: DeserializeOwned>(&self) -> T {
        serde_json::from_value(self.body.clone()).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}
