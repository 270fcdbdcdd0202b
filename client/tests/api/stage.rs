//! The storefronts under test, and how they are asked.

use std::{net::TcpListener, sync::LazyLock};

use axum::http::{HeaderMap, StatusCode, header};
use client::{AppState, Config};
use common::config::Env;
use reqwest::{Client, Method, RequestBuilder, redirect};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    runtime::Runtime,
};
use tokio_util::sync::CancellationToken;

use crate::services;

/// A storefront that listens on a port of its own.
#[derive(Clone)]
pub struct Storefront(String);

/// An answer.
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

/// Leptos' executor and its arena are the process', so all tests share a runtime,
/// as all requests of the program do.
pub fn run(test: impl Future<Output = ()>) {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
    RUNTIME.block_on(test);
}

/// The storefront whose services do not answer.
pub fn deserted() -> Storefront {
    storefronts().0
}

/// The storefront whose services are [played](services).
pub fn played() -> Storefront {
    storefronts().1
}

/// Both are opened before either is asked: while Leptos lists the routes of a
/// second one, a page of the first that is being rendered may wait for ever.
fn storefronts() -> (Storefront, Storefront) {
    static STOREFRONTS: LazyLock<(Storefront, Storefront, tempfile::TempDir)> = LazyLock::new(|| {
        let site = tempfile::tempdir().unwrap();
        std::fs::create_dir(site.path().join("pkg")).unwrap();
        std::fs::write(site.path().join("hash.txt"), "js: a\nwasm: b\ncss: c\nscalar: d\n").unwrap();
        std::fs::write(site.path().join("pkg/client.a.js"), "export {}").unwrap();
        let folder = site.path().to_str().unwrap();
        let states = ["http://127.0.0.1:9".to_owned(), services::open()].map(|services| state(folder, &services));
        let [deserted, played] = states.map(|state| open(client::app(state)));
        (deserted, played, site)
    });
    (STOREFRONTS.0.clone(), STOREFRONTS.1.clone())
}

fn state(site: &str, services: &str) -> AppState {
    let env = Env::from([
        ("AUTH_URL", services),
        ("TICKETS_URL", services),
        ("ORDERS_URL", services),
        ("PAYMENTS_URL", services),
        ("SITE_DIR", site),
    ]);
    AppState::new(&Config::from_env(&env).ok().unwrap()).unwrap()
}

fn open(app: common::server::App) -> Storefront {
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

    /// Asks for a page, as a browser does.
    pub async fn page(&self, path: &str) -> Reply {
        send(self.request(Method::GET, path).header(header::ACCEPT, "text/html")).await
    }

    /// Sends a form, as a browser without script does.
    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        send(self.request(Method::POST, path).header(header::ACCEPT, "text/html").form(fields)).await
    }

    /// Sends bytes, perhaps says that none will follow, and returns the answer's.
    pub async fn raw(&self, request: &[u8], last: bool) -> Vec<u8> {
        let mut connection = TcpStream::connect(&self.0).await.unwrap();
        connection.write_all(request).await.unwrap();
        if last {
            connection.shutdown().await.unwrap();
        }
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer).await.unwrap();
        answer
    }
}

/// Sends a request.
pub async fn send(request: RequestBuilder) -> Reply {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    Reply { status, headers, body: response.text().await.unwrap() }
}

impl Reply {
    /// Fails the test unless this is the error envelope with this message.
    pub fn refused(&self, status: u16, message: &str, case: &str) {
        let envelope = format!(r#"{{"errors":[{{"message":"{message}"}}]}}"#);
        assert_eq!((self.status.as_u16(), self.body.as_str()), (status, envelope.as_str()), "{case}");
        assert!(self.is("application/json"), "{case}: {:?}", self.headers);
        self.leads_nowhere(case);
    }

    /// Fails the test unless this is a page of that status, with that heading.
    pub fn refused_as_page(&self, status: u16, heading: &str, case: &str) {
        assert_eq!(self.status.as_u16(), status, "{case}: {}", self.body);
        assert!(self.is("text/html") && self.body.contains(&format!("<h1>{heading}</h1>")), "{case}: {}", self.body);
        self.leads_nowhere(case);
    }

    /// Fails the test if the browser is sent elsewhere.
    pub fn leads_nowhere(&self, case: &str) {
        assert_eq!(self.headers.get(header::LOCATION), None, "{case}");
    }

    /// Where the browser is sent to.
    pub fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::FOUND, "{}", self.body);
        self.headers[header::LOCATION].to_str().unwrap()
    }

    fn is(&self, content_type: &str) -> bool {
        self.headers[header::CONTENT_TYPE].to_str().unwrap().starts_with(content_type)
    }
}
