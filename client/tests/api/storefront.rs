//! The storefronts under test, and requests to them.

use std::{net::TcpListener, sync::LazyLock};

use axum::http::{HeaderMap, StatusCode, header};
use client::{AppState, Config};
use common::{
    api::TicketId,
    config::Env,
    messaging::{Broker, Prefix},
};
use reqwest::{Client, Method, RequestBuilder, redirect};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    runtime::Runtime,
};
use tokio_util::sync::CancellationToken;

use crate::services;

/// A running storefront.
#[derive(Clone)]
pub struct Storefront(String);

/// A response.
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

/// Runs a test. Leptos' executor and arena are per process, so all tests share a runtime.
pub fn run(test: impl Future<Output = ()>) {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
    RUNTIME.block_on(test);
}

/// A storefront without reachable services.
pub fn without_services() -> Storefront {
    storefronts().0
}

/// A storefront with fake [services].
pub fn with_services() -> Storefront {
    storefronts().1
}

/// Both start before the first request: while Leptos lists the routes of the second,
/// a page of the first that is being rendered may hang.
fn storefronts() -> (Storefront, Storefront) {
    static STOREFRONTS: LazyLock<(Storefront, Storefront, tempfile::TempDir)> = LazyLock::new(|| {
        let site = tempfile::tempdir().unwrap();
        std::fs::create_dir(site.path().join("pkg")).unwrap();
        std::fs::write(site.path().join("hash.txt"), "js: a\nwasm: b\ncss: c\nscalar: d\n").unwrap();
        std::fs::write(site.path().join("pkg/client.a.js"), "export {}").unwrap();
        let folder = site.path().to_str().unwrap();
        let nothing = ("http://127.0.0.1:9".to_owned(), "nats://127.0.0.1:9");
        let states = [nothing, (services::start(), &nats())].map(|(services, nats)| state(folder, &services, nats));
        let [without, with] = states.map(|state| start(client::app(state)));
        (without, with, site)
    });
    (STOREFRONTS.0.clone(), STOREFRONTS.1.clone())
}

fn nats() -> String {
    Env::process().required("TEST_NATS_URL").unwrap()
}

/// The events that the storefront with services follows.
pub async fn broker() -> Broker {
    Broker::connect(&nats(), PREFIX.parse::<Prefix>().unwrap()).await.unwrap()
}

static PREFIX: LazyLock<String> = LazyLock::new(|| format!("test-{}-", TicketId::new()));

fn state(site: &str, services: &str, nats: &str) -> AppState {
    let env = Env::from([
        ("AUTH_URL", services),
        ("TICKETS_URL", services),
        ("ORDERS_URL", services),
        ("PAYMENTS_URL", services),
        ("SITE_DIR", site),
        ("NATS_URL", nats),
        ("EVENTS_PREFIX", PREFIX.as_str()),
    ]);
    AppState::new(&Config::from_env(&env).ok().unwrap()).unwrap()
}

fn start(app: common::server::App) -> Storefront {
    let (listener, address) = free_port();
    tokio::spawn(app.serve_on(listener, CancellationToken::new()));
    Storefront(address)
}

/// A listener on a free port, and its address.
pub fn free_port() -> (tokio::net::TcpListener, String) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (tokio::net::TcpListener::from_std(listener).unwrap(), address)
}

impl Storefront {
    /// A request that follows no redirect.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let client = Client::builder().redirect(redirect::Policy::none()).build().unwrap();
        client.request(method, format!("http://{}{path}", self.0))
    }

    /// Loads a page, as a browser does.
    pub async fn page(&self, path: &str) -> Reply {
        send(self.request(Method::GET, path).header(header::ACCEPT, "text/html")).await
    }

    /// Sends a form, as a browser without JavaScript does.
    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        send(self.request(Method::POST, path).header(header::ACCEPT, "text/html").form(fields)).await
    }

    /// Sends bytes and no more, and returns the response.
    pub async fn raw(&self, request: &[u8]) -> String {
        let mut connection = TcpStream::connect(&self.0).await.unwrap();
        connection.write_all(request).await.unwrap();
        connection.shutdown().await.unwrap();
        let mut response = String::new();
        connection.read_to_string(&mut response).await.unwrap();
        response
    }
}

/// Sends a request.
pub async fn send(request: RequestBuilder) -> Reply {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    Reply { status, headers, body: response.text().await.unwrap() }
}

impl Reply {
    /// Asserts that this is the error envelope with this message.
    pub fn refused(&self, status: u16, message: &str, case: &str) {
        let envelope = format!(r#"{{"errors":[{{"message":"{message}"}}]}}"#);
        assert_eq!((self.status.as_u16(), self.body.as_str()), (status, envelope.as_str()), "{case}");
        assert!(self.is("application/json"), "{case}: {:?}", self.headers);
        self.is_no_redirect(case);
    }

    /// Asserts that this is an error page with this status and heading.
    pub fn refused_as_page(&self, status: u16, heading: &str, case: &str) {
        assert_eq!(self.status.as_u16(), status, "{case}: {}", self.body);
        assert!(self.is("text/html") && self.body.contains(&format!("<h1>{heading}</h1>")), "{case}: {}", self.body);
        self.is_no_redirect(case);
    }

    /// Asserts that this does not redirect.
    pub fn is_no_redirect(&self, case: &str) {
        assert_eq!(self.headers.get(header::LOCATION), None, "{case}");
    }

    /// The address that a redirect leads to.
    pub fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::FOUND, "{}", self.body);
        self.headers[header::LOCATION].to_str().unwrap()
    }

    fn is(&self, content_type: &str) -> bool {
        assert_eq!(self.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        self.headers[header::CONTENT_TYPE].to_str().unwrap().starts_with(content_type)
    }
}
