//! The server's half without any service behind it. With all of them it is
//! tested in a browser: `end2end/`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::LazyLock;

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, StatusCode, header},
};
use client::{AppState, Config};
use common::config::Env;
use tokio::runtime::Runtime;
use tower::ServiceExt;

/// The storefront, with services where nobody answers. There is one, as in the
/// program: while Leptos lists the routes of a second, a page of the first that is
/// being rendered may wait for ever.
fn deserted() -> Router {
    static STOREFRONT: LazyLock<(Router, tempfile::TempDir)> = LazyLock::new(open);
    STOREFRONT.0.clone()
}

fn open() -> (Router, tempfile::TempDir) {
    let site = tempfile::tempdir().unwrap();
    std::fs::create_dir(site.path().join("pkg")).unwrap();
    std::fs::write(site.path().join("hash.txt"), "js: a\nwasm: b\ncss: c\n").unwrap();
    std::fs::write(site.path().join("pkg/client.a.js"), "export {}").unwrap();
    let nowhere = "http://127.0.0.1:9";
    let env = Env::from([
        ("AUTH_URL", nowhere),
        ("TICKETS_URL", nowhere),
        ("ORDERS_URL", nowhere),
        ("PAYMENTS_URL", nowhere),
        ("SITE_DIR", site.path().to_str().unwrap()),
    ]);
    let state = AppState::new(&Config::from_env(&env).ok().unwrap()).unwrap();
    (client::router(state), site)
}

/// Leptos' executor and its arena are the process', so all tests share a runtime,
/// as all requests of the program do.
fn run(test: impl Future<Output = ()>) {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
    RUNTIME.block_on(test);
}

async fn get(path: &str) -> (StatusCode, HeaderMap, String) {
    ask(deserted(), path).await
}

async fn ask(app: Router, path: &str) -> (StatusCode, HeaderMap, String) {
    let request = Request::get(path).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
    let response = app.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, 1_000_000).await.unwrap();
    (parts.status, parts.headers, String::from_utf8(body.into()).unwrap())
}

#[test]
fn a_page_says_so_while_a_service_is_away() {
    run(async {
        for path in
            ["/", "/orders", "/orders/65a000000000000000000001", "/tickets/65a000000000000000000001", "/tickets/mine"]
        {
            let (status, headers, page) = get(path).await;
            assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
            assert!(page.contains("Nothing was lost") && !page.contains("127.0.0.1"), "{path}: {page}");
            assert_eq!(headers[header::CACHE_CONTROL], "no-store");
        }
    });
}

#[test]
fn an_address_that_is_no_pages_is_not_found_whatever_answers() {
    run(async {
        for path in ["/nowhere", "/tickets/mine/edit/x", "/tickets/x", "/orders/x", "/orders/..%2Fusers"] {
            let (status, _, page) = get(path).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
            assert!(page.contains("There is nothing here"), "{path}: {page}");
        }
    });
}

#[test]
fn only_files_that_are_there_are_kept_for_ever() {
    run(async {
        let (status, headers, _) = get("/pkg/client.a.js").await;
        assert_eq!(status, StatusCode::OK);
        assert!(headers[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
        let (status, headers, _) = get("/pkg/client.old.js").await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    });
}

#[test]
fn a_refused_form_leads_back_to_its_page_and_keeps_what_was_typed_but_no_password() {
    run(async {
        let form = "email=ada%40example.com&password=s3cret&back=%2Forders";
        let request = Request::post("/fn/sign-in")
            .header(header::ACCEPT, "text/html")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form))
            .unwrap();
        let response = deserted().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::FOUND);
        assert_eq!(response.headers()[header::LOCATION], "/auth/signin?back=%2Forders");
        let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
        assert!(cookie.starts_with("rejected=") && cookie.contains("; HttpOnly; SameSite=Lax"), "{cookie}");
        assert!(cookie.contains("ada") && cookie.contains("; Secure") && !cookie.contains("s3cret"), "{cookie}");
    });
}

#[test]
fn many_requests_at_once_are_all_answered() {
    run(async {
        let app = deserted();
        let paths = ["/nowhere", "/tickets/x", "/orders/x", "/", "/orders"];
        let requests: Vec<_> =
            paths.into_iter().cycle().take(200).map(|path| tokio::spawn(ask(app.clone(), path))).collect();
        for request in requests {
            let (status, _, _) = request.await.unwrap();
            assert!(matches!(status, StatusCode::NOT_FOUND | StatusCode::SERVICE_UNAVAILABLE), "{status}");
        }
    });
}
