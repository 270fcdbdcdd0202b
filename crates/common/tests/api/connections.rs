use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{Router, extract::ConnectInfo, routing::get};
use common::server::connections::{Limits, serve};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::JoinHandle,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

const SHORT: Duration = Duration::from_millis(300);
const LONG: Duration = Duration::from_hours(1);
const PATIENT: Limits = Limits { head: LONG, idle: LONG, read: LONG, connections: 10 };

struct Server {
    address: SocketAddr,
    stop: CancellationToken,
    running: JoinHandle<()>,
}

impl Server {
    async fn start(limits: Limits, router: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
        Self { address, stop: stop.clone(), running: tokio::spawn(serve(listener, router, limits, stop)) }
    }

    /// A server that answers with the number of the request.
    async fn counting(limits: Limits) -> Self {
        let requests = Arc::new(AtomicUsize::new(0));
        let answer = move || async move { format!("answer {}", requests.fetch_add(1, Ordering::SeqCst) + 1) };
        Self::start(limits, Router::new().route("/", get(answer))).await
    }

    async fn connect(&self) -> Client {
        Client(TcpStream::connect(self.address).await.unwrap())
    }
}

/// A client that sends any bytes.
struct Client(TcpStream);

impl Client {
    async fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    /// Reads up to the end of a response, which has to have this body.
    async fn receives(&mut self, body: &str) {
        let mut read = Vec::new();
        while !String::from_utf8_lossy(&read).ends_with(body) {
            let some = timeout(Duration::from_secs(20), self.0.read_buf(&mut read)).await;
            let some = some.expect("a response arrives in time").unwrap();
            assert!(some > 0, "the connection ended after {:?}", String::from_utf8_lossy(&read));
        }
    }

    async fn requests_and_receives(&mut self, body: &str) {
        self.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
        self.receives(body).await;
    }

    /// Waits for the server to close the connection without a response.
    async fn is_closed(&mut self) {
        let end = timeout(Duration::from_secs(20), self.0.read(&mut [0; 64])).await;
        let end = end.expect("the connection is closed in time");
        assert!(matches!(end, Ok(0) | Err(_)), "there was a response");
    }
}

#[tokio::test]
async fn a_silent_connection_is_closed() {
    let server = Server::counting(Limits { head: SHORT, ..PATIENT }).await;
    server.connect().await.is_closed().await;
}

#[tokio::test]
async fn a_client_that_sends_its_head_too_slowly_is_disconnected() {
    let server = Server::counting(Limits { head: SHORT, ..PATIENT }).await;
    let mut client = server.connect().await;
    client.send("GET / HTTP/1.1\r\n").await;
    for _ in 0..1000 {
        if let Ok(end) = timeout(SHORT / 10, client.0.read(&mut [0; 64])).await {
            assert!(matches!(end, Ok(0) | Err(_)), "there was a response");
            return;
        }
        if client.0.write_all(b"x-slow: 1\r\n").await.is_err() {
            return;
        }
    }
    panic!("a head may take any time");
}

#[tokio::test]
async fn the_time_of_a_later_head_begins_with_its_first_byte() {
    let server = Server::counting(Limits { head: SHORT, ..PATIENT }).await;
    let mut client = server.connect().await;
    client.requests_and_receives("answer 1").await;
    client.send("GET / HT").await;
    client.is_closed().await;
}

#[tokio::test]
async fn a_client_may_pause_longer_between_requests_than_within_one() {
    let server = Server::counting(Limits { head: SHORT, ..PATIENT }).await;
    let mut client = server.connect().await;
    client.requests_and_receives("answer 1").await;
    // This takes as long as a head may.
    server.connect().await.is_closed().await;
    client.requests_and_receives("answer 2").await;
    server.connect().await.is_closed().await;
    client.requests_and_receives("answer 3").await;
}

#[tokio::test]
async fn an_idle_connection_is_closed_in_the_end() {
    let server = Server::counting(Limits { idle: SHORT, ..PATIENT }).await;
    let mut client = server.connect().await;
    client.requests_and_receives("answer 1").await;
    client.is_closed().await;
}

#[tokio::test]
async fn a_client_that_does_not_read_its_response_is_disconnected() {
    // More than the buffers in between hold.
    let large = get(async || vec![0_u8; 64 << 20]);
    let router = Router::new().route("/large", large).route("/", get(async || "small"));
    let server = Server::start(Limits { read: SHORT, connections: 1, ..PATIENT }, router).await;
    let mut stalled = server.connect().await;
    stalled.send("GET /large HTTP/1.1\r\nhost: x\r\n\r\n").await;
    // Its slot is free only once the stalled client is disconnected.
    server.connect().await.requests_and_receives("small").await;
}

#[tokio::test]
async fn a_connection_beyond_the_limit_waits_until_another_ends() {
    let server = Server::counting(Limits { connections: 1, ..PATIENT }).await;
    let mut first = server.connect().await;
    first.requests_and_receives("answer 1").await;
    let mut second = server.connect().await;
    second.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    first.requests_and_receives("answer 2").await;
    first.requests_and_receives("answer 3").await;
    drop(first);
    second.receives("answer 4").await;
}

#[tokio::test]
async fn on_stop_idle_connections_close_and_requests_in_progress_are_answered() {
    let (begun, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let answer = {
        let (begun, go) = (begun.clone(), go.clone());
        move || async move {
            begun.notify_one();
            go.notified().await;
            "finished"
        }
    };
    let routes = Router::new().route("/", get(async || "idle")).route("/slow", get(answer));
    let server = Server::start(PATIENT, routes).await;
    let (mut silent, mut idle, mut busy) = (server.connect().await, server.connect().await, server.connect().await);
    idle.requests_and_receives("idle").await;
    busy.send("GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").await;
    begun.notified().await;

    server.stop.cancel();
    silent.is_closed().await;
    idle.is_closed().await;
    assert!(!server.running.is_finished());
    go.notify_one();
    busy.receives("finished").await;
    busy.is_closed().await;
    server.running.await.unwrap();
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn a_handler_gets_the_clients_address() {
    let handler = get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { format!("you are {peer}") });
    let server = Server::start(PATIENT, Router::new().route("/", handler)).await;
    let mut client = server.connect().await;
    let name = client.0.local_addr().unwrap();
    client.requests_and_receives(&format!("you are {name}")).await;
}
