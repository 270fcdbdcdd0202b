use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{any, get};
use common::server::BODY_LIMIT;
use futures::channel::mpsc;
use futures::{StreamExt, stream};
use http::header::{CONNECTION, HOST, LOCATION, SET_COOKIE};
use http::{HeaderMap, StatusCode};
use reqwest::{Client, redirect::Policy};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use xtask::gateway::{Gateway, Routes, Upstreams, listen};

const ROUTES: &str = "
spec:
  rules:
    - http:
        paths:
          - {path: /api/users, pathType: Prefix, backend: {service: {name: auth-srv}}}
          - {path: /api/gone, pathType: Prefix, backend: {service: {name: gone-srv}}}
          - {path: /, pathType: Prefix, backend: {service: {name: client-srv}}}
";

/// A gateway in front of one service, and of one that has died.
async fn gateway(auth: Router) -> (Gateway, Client) {
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let upstreams = Upstreams::from([("auth-srv".into(), serve(auth).await), ("gone-srv".into(), gone)]);
    let listener = listen(0).await.unwrap();
    let gateway = Gateway::start(listener, Routes::parse(ROUTES).unwrap(), upstreams).unwrap();
    (gateway, Client::builder().no_proxy().redirect(Policy::none()).build().unwrap())
}

async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(axum::serve(listener, router).into_future());
    address
}

/// Answers with what it was sent.
async fn echo(request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let headers: serde_json::Map<String, Value> =
        parts.headers.iter().map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap()))).collect();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    let answer =
        json!({ "method": parts.method.as_str(), "uri": parts.uri.to_string(), "headers": headers, "body": body });
    axum::Json(answer).into_response()
}

#[tokio::test]
async fn a_request_arrives_as_it_was_sent() {
    let (gateway, client) = gateway(Router::new().fallback(echo)).await;
    let url = format!("{}/api/users/signup?a=%2F&b=1", gateway.url());
    let request = client.put(url).header(HOST, "ticketing.dev").header("cookie", "session=x").body("{\"é\":1}");
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["method"], "PUT");
    assert_eq!(answer["uri"], "/api/users/signup?a=%2F&b=1");
    assert_eq!(answer["body"], "{\"é\":1}");
    assert_eq!(answer["headers"]["host"], "ticketing.dev");
    assert_eq!(answer["headers"]["cookie"], "session=x");
    assert_eq!(answer["headers"]["x-forwarded-host"], "ticketing.dev");
    assert_eq!(answer["headers"]["x-forwarded-proto"], "http");
    assert_eq!(answer["headers"]["x-forwarded-for"], "127.0.0.1");
}

#[tokio::test]
async fn headers_of_one_hop_and_claims_about_origin_stay_behind() {
    let (gateway, client) = gateway(Router::new().fallback(echo)).await;
    let request = client
        .get(format!("{}/api/users", gateway.url()))
        .header(CONNECTION, "keep-alive, x-secret")
        .header("x-secret", "1")
        .header("te", "trailers")
        .header("proxy-authorization", "Basic x")
        .header("x-forwarded-for", "10.0.0.1");
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    for name in ["x-secret", "te", "proxy-authorization"] {
        assert_eq!(answer["headers"].get(name), None, "{name}");
    }
    assert_eq!(answer["headers"]["x-forwarded-for"], "127.0.0.1");
}

#[tokio::test]
async fn an_answer_keeps_its_status_and_every_cookie() {
    let auth = Router::new().route(
        "/api/users/signin",
        any(|| async {
            let mut headers = HeaderMap::new();
            headers.append(SET_COOKIE, "session=a; HttpOnly".parse().unwrap());
            headers.append(SET_COOKIE, "theme=dark".parse().unwrap());
            headers.append(CONNECTION, "x-internal".parse().unwrap());
            headers.append("x-internal", "1".parse().unwrap());
            (StatusCode::IM_A_TEAPOT, headers, "short and stout")
        }),
    );
    let (gateway, client) = gateway(auth).await;
    let answer = client.post(format!("{}/api/users/signin", gateway.url())).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::IM_A_TEAPOT);
    let cookies: Vec<_> = answer.headers().get_all(SET_COOKIE).iter().collect();
    assert_eq!(cookies, ["session=a; HttpOnly", "theme=dark"]);
    assert_eq!(answer.headers().get("x-internal"), None);
    assert_eq!(answer.text().await.unwrap(), "short and stout");
}

#[tokio::test]
async fn redirects_are_passed_on_not_followed() {
    let auth = Router::new().route("/api/users/old", get(|| async { Redirect::to("/api/users/new") }));
    let (gateway, client) = gateway(auth).await;
    let answer = client.get(format!("{}/api/users/old", gateway.url())).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(answer.headers()[LOCATION], "/api/users/new");
}

#[tokio::test]
async fn an_answer_is_passed_on_while_it_is_made() {
    let (mut make, pieces) = mpsc::channel::<Result<Bytes, std::io::Error>>(1);
    let pieces = Arc::new(Mutex::new(Some(Body::from_stream(pieces))));
    let auth = Router::new().route("/api/users/stream", get(|| async move { pieces.lock().unwrap().take().unwrap() }));
    let (gateway, client) = gateway(auth).await;
    let answer = client.get(format!("{}/api/users/stream", gateway.url())).send().await.unwrap();
    let mut answer = answer.bytes_stream();
    for piece in ["one", "two"] {
        make.try_send(Ok(piece.into())).unwrap();
        assert_eq!(answer.next().await.unwrap().unwrap(), piece);
    }
    drop(make);
    assert!(answer.next().await.is_none());
}

/// Sends a request as it is.
async fn send(gateway: &Gateway, request: &str) -> TcpStream {
    let address = gateway.url().replace("http://localhost", "127.0.0.1");
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(request.as_bytes()).await.unwrap();
    client
}

async fn answer_to(mut client: TcpStream) -> String {
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn a_body_that_breaks_off_or_is_garbled_is_a_400() {
    let (gateway, _) = gateway(Router::new().fallback(echo)).await;
    let broken_off = "content-length: 10\r\n\r\n{\"a\"";
    let garbled = "transfer-encoding: chunked\r\n\r\n3\r\n{}\n\r\nno size\r\n";
    for body in [broken_off, garbled] {
        let mut client = send(&gateway, &format!("POST /api/users/signin HTTP/1.1\r\nhost: x\r\n{body}")).await;
        client.shutdown().await.unwrap();
        let answer = answer_to(client).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
        assert!(answer.ends_with(r#"{"errors":[{"message":"The request's body could not be read"}]}"#), "{answer}");
    }
}

#[tokio::test]
async fn a_body_over_64_kib_is_a_413_whether_or_not_its_length_is_announced() {
    let (gateway, client) = gateway(Router::new().fallback(echo)).await;
    let url = format!("{}/api/users/signin", gateway.url());
    let fits = client.post(&url).body(vec![b'x'; BODY_LIMIT]).send().await.unwrap();
    assert_eq!(fits.status(), StatusCode::OK);
    for length in [BODY_LIMIT + 1, 2_000_000] {
        let pieces: Vec<_> =
            vec![b'x'; length].chunks(50_000).map(|piece| std::io::Result::Ok(piece.to_vec())).collect();
        let unannounced = reqwest::Body::wrap_stream(stream::iter(pieces));
        for body in [vec![b'x'; length].into(), unannounced] {
            let answer = client.post(&url).body(body).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
            let body: Value = answer.json().await.unwrap();
            assert_eq!(body, json!({ "errors": [{ "message": "Request body is too large" }] }));
        }
    }
}

#[tokio::test]
async fn a_client_that_sends_everything_before_it_reads_gets_the_413() {
    let (gateway, _) = gateway(Router::new().fallback(echo)).await;
    let body = "x".repeat(4_000_000);
    let head = "POST /api/users/signin HTTP/1.1\r\nhost: x\r\nconnection: close";
    let request = format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let answer = answer_to(send(&gateway, &request).await).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test]
async fn a_service_that_is_down_is_a_502_and_no_storefront_a_404_in_the_envelope() {
    let (gateway, client) = gateway(Router::new()).await;
    for (path, status, message) in [
        ("/api/gone/1", StatusCode::BAD_GATEWAY, "gone-srv does not answer"),
        ("/tickets/new", StatusCode::NOT_FOUND, "Not Found"),
    ] {
        let answer = client.get(format!("{}{path}", gateway.url())).send().await.unwrap();
        assert_eq!(answer.status(), status);
        let body: Value = answer.json().await.unwrap();
        assert!(body["errors"][0]["message"].as_str().unwrap().starts_with(message), "{body}");
    }
}

#[tokio::test]
async fn a_port_in_use_is_named() {
    let taken = listen(0).await.unwrap();
    let port = taken.local_addr().unwrap().port();
    let error = listen(port).await.unwrap_err().to_string();
    assert!(error.contains(&port.to_string()) && error.contains("--port"), "{error}");
}
