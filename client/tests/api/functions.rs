//! Server functions that are called by what is no storefront's page.

use axum::http::{StatusCode, header};
use reqwest::{Method, RequestBuilder};

use crate::stage::{Reply, deserted, run, send};

const FORM: &str = "application/x-www-form-urlencoded";
const UNREADABLE: &str = "The request is incomplete or could not be read";

fn get(path: &str) -> RequestBuilder {
    deserted().request(Method::GET, path)
}

fn post(path: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
    deserted().request(Method::POST, path).header(header::CONTENT_TYPE, FORM).body(body)
}

/// Asks as a script, then as a browser's window whose Referer is another site.
async fn refused(request: impl Fn() -> RequestBuilder, status: u16, message: &str, heading: &str, case: &str) {
    send(request()).await.refused(status, message, case);
    let browser = request().header(header::ACCEPT, "text/html,*/*;q=0.8").header(header::REFERER, "http://evil.test/x");
    let reply: Reply = send(browser).await;
    reply.refused_as_page(status, heading, case);
    assert!(!reply.body.contains("field") && !reply.headers.contains_key("serverfnerror"), "{case}: {}", reply.body);
}

#[test]
fn what_cant_be_decoded_is_a_bad_request_in_our_words() {
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
        let bodies: [&[u8]; 6] =
            [b"", b"order=1", b"title=%ff", b"title=\xff", b"title[a][b][c][d][e][f][g]=1", b"title=1&title=2"];
        for (path, body) in ["/fn/pay", "/fn/pay", "/fn/sell", "/fn/sell", "/fn/sell", "/fn/sell"].iter().zip(bodies) {
            refused(|| post(path, body), 400, UNREADABLE, heading, &format!("{path} {body:?}")).await;
        }
    });
}

#[test]
fn half_a_body_is_a_bad_request() {
    run(async {
        let head = "POST /fn/sell HTTP/1.1\r\nHost: shop\r\nConnection: close\r\nContent-Length: 100\r\n";
        let request = format!("{head}Content-Type: {FORM}\r\n\r\ntitle=half");
        let answer = String::from_utf8(deserted().raw(request.as_bytes(), true).await).unwrap();
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
        assert!(answer.contains(r#"{"errors":[{"message":""#), "{answer}");
    });
}

#[test]
fn a_body_over_the_limit_is_too_large() {
    run(async {
        let body = format!("title={}", "x".repeat(1_000_000));
        refused(|| post("/fn/sell", body.clone()), 413, "Request body is too large", "That is too long", "1 MB").await;
    });
}

#[test]
fn a_form_from_another_site_is_refused() {
    run(async {
        let foreign = || post("/fn/sell", "title=a&price=1").header("sec-fetch-site", "cross-site");
        let message = "Requests from another site are not allowed";
        refused(foreign, 403, message, "That came from another site", "cross-site").await;
    });
}

#[test]
fn a_body_that_is_no_form_is_refused() {
    run(async {
        for content_type in ["", "application/json", "text/plain", "multipart/form-data; boundary=x"] {
            let request = || deserted().request(Method::POST, "/fn/sign-in").body("{}");
            let request = || request().header(header::CONTENT_TYPE, content_type);
            let message = "Content-Type must be application/x-www-form-urlencoded";
            refused(request, 415, message, "The form could not be read", content_type).await;
        }
    });
}

#[test]
fn a_function_that_there_is_not_or_not_with_this_method_is_not_found() {
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
            let request = || deserted().request(method.clone(), path).header(header::CONTENT_TYPE, FORM);
            refused(request, 404, "Not Found", heading, &format!("{method} {path}")).await;
        }
        let head = send(deserted().request(Method::HEAD, "/fn/for-sale")).await;
        assert_eq!((head.status, head.body.as_str()), (StatusCode::NOT_FOUND, ""));
    });
}

#[test]
fn nobody_is_sent_to_where_the_referer_says() {
    run(async {
        for referer in
            ["http://evil.test/", "//evil.test/", "/\\evil.test", "https://127.0.0.1/orders", "", "/elsewhere"]
        {
            for path in ["/fn/for-sale", "/fn/current-user", "/fn/my-orders", "/fn/order?id=x"] {
                let request = get(path).header(header::ACCEPT, "text/html").header(header::REFERER, referer);
                let reply = send(request).await;
                assert_eq!(reply.status, StatusCode::OK, "{path} from {referer}");
                reply.leads_nowhere(&format!("{path} from {referer}"));
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
