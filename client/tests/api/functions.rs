//! Calls of server functions that no page of the storefront makes.

use axum::http::{StatusCode, header};
use reqwest::{Method, RequestBuilder};

use crate::storefront::{run, send, without_services};

const FORM: &str = "application/x-www-form-urlencoded";
const UNREADABLE: &str = "The request is incomplete or could not be read";

fn get(path: &str) -> RequestBuilder {
    without_services().request(Method::GET, path)
}

fn post(path: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
    without_services().request(Method::POST, path).header(header::CONTENT_TYPE, FORM).body(body)
}

/// Sends it as a script, then as a browser's window with another site as its Referer.
async fn refused(request: impl Fn() -> RequestBuilder, status: u16, message: &str, heading: &str, case: &str) {
    send(request()).await.refused(status, message, case);
    let browser = request().header(header::ACCEPT, "text/html,*/*;q=0.8").header(header::REFERER, "http://evil.test/x");
    let reply = send(browser).await;
    reply.refused_as_page(status, heading, case);
    assert!(!reply.body.contains("field") && !reply.headers.contains_key("serverfnerror"), "{case}: {}", reply.body);
}

#[test]
fn a_request_that_can_not_be_decoded_is_400_without_leptos_message() {
    run(async {
        let heading = "The form could not be read";
        for path in [
            "/fn/ticket",
            "/fn/ticket?id=%ff",
            "/fn/for-sale?q=%C3%28",
            "/fn/for-sale?q=%zz",
            "/fn/my-tickets?after=%",
            "/fn/order?id[x]=1",
        ] {
            refused(|| get(path), 400, UNREADABLE, heading, path).await;
        }
        let bodies: [&[u8]; 6] = [
            b"",
            b"order=1",
            b"title=%ff",
            b"title=\xff",
            b"said[title][a][b][c][d][e]=1",
            b"said[title]=1&said[title]=2",
        ];
        for (path, body) in ["/fn/pay", "/fn/pay", "/fn/sell", "/fn/sell", "/fn/sell", "/fn/sell"].iter().zip(bodies) {
            refused(|| post(path, body), 400, UNREADABLE, heading, &format!("{path} {body:?}")).await;
        }
    });
}

#[test]
fn a_truncated_body_is_400() {
    run(async {
        let head = "POST /fn/sell HTTP/1.1\r\nHost: shop\r\nConnection: close\r\nContent-Length: 100\r\n";
        let request = format!("{head}Content-Type: {FORM}\r\n\r\ntitle=half");
        let answer = without_services().raw(request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
        assert!(answer.contains(r#"{"errors":[{"message":""#), "{answer}");
    });
}

#[test]
fn a_body_over_the_limit_is_413() {
    run(async {
        let body = format!("title={}", "x".repeat(1_000_000));
        refused(|| post("/fn/sell", body.clone()), 413, "Request body is too large", "That is too long", "1 MB").await;
    });
}

#[test]
fn a_form_of_another_site_is_403() {
    run(async {
        let foreign = || post("/fn/sell", "said[title]=a&said[price]=1").header("sec-fetch-site", "cross-site");
        let message = "Requests from another site are not allowed";
        refused(foreign, 403, message, "That came from another site", "cross-site").await;
    });
}

#[test]
fn a_body_that_is_no_form_is_415() {
    run(async {
        for content_type in ["", "application/json", "text/plain", "multipart/form-data; boundary=x"] {
            let request = || without_services().request(Method::POST, "/fn/sign-in").body("{}");
            let request = || request().header(header::CONTENT_TYPE, content_type);
            let message = "Content-Type must be application/x-www-form-urlencoded";
            refused(request, 415, message, "The form could not be read", content_type).await;
        }
    });
}

#[test]
fn an_unknown_function_or_method_is_404() {
    run(async {
        let heading = "There is nothing here";
        for (method, path) in [
            (Method::GET, "/fn/nothing"),
            (Method::POST, "/fn/nothing"),
            (Method::POST, "/fn/sell/"),
            (Method::GET, "/fn/sell"),
            (Method::DELETE, "/fn/sell"),
            (Method::POST, "/fn/for-sale"),
        ] {
            let request = || without_services().request(method.clone(), path).header(header::CONTENT_TYPE, FORM);
            refused(request, 404, "Not Found", heading, &format!("{method} {path}")).await;
        }
        let head = send(without_services().request(Method::HEAD, "/fn/for-sale")).await;
        assert_eq!((head.status, head.body.as_str()), (StatusCode::NOT_FOUND, ""));
    });
}

#[test]
fn no_response_redirects_to_the_referer() {
    run(async {
        for referer in
            ["http://evil.test/", "//evil.test/", "/\\evil.test", "https://127.0.0.1/orders", "", "/elsewhere"]
        {
            for path in ["/fn/for-sale", "/fn/current-user", "/fn/my-orders", "/fn/order?id=x"] {
                let request = get(path).header(header::ACCEPT, "text/html").header(header::REFERER, referer);
                let reply = send(request).await;
                assert_eq!(reply.status, StatusCode::OK, "{path} from {referer}");
                reply.is_no_redirect(&format!("{path} from {referer}"));
            }
            for (path, form, page) in [
                ("/fn/sign-in", "email=x&back=%2Forders", "/auth/signin?back=%2Forders"),
                ("/fn/sign-up", "back=%2F%2Fevil.test", "/auth/signup"),
                ("/fn/sell", "", "/tickets/new"),
                ("/fn/buy", "ticket=65a000000000000000000001", "/tickets/65a000000000000000000001"),
                ("/fn/buy", "ticket=..%2F..%2F%2Fevil.test", "/"),
                ("/fn/edit", "id=%2F%2Fevil.test", "/"),
                ("/fn/cancel", "id=%5Cevil.test", "/orders"),
                ("/fn/pay", "order=x&payment_method=y", "/"),
            ] {
                let request = post(path, form).header(header::ACCEPT, "text/html").header(header::REFERER, referer);
                assert_eq!(send(request).await.location(), page, "{path} {form} from {referer}");
            }
        }
    });
}
