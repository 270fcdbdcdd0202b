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

    /// A server that answers with how often it was asked.
    async fn counting(limits: Limits) -> Self {
        let asked = Arc::new(AtomicUsize::new(0));
        let answer = move || async move { format!("answer {}", asked.fetch_add(1, Ordering::SeqCst) + 1) };
        Self::start(limits, Router::new().route("/", get(answer))).await
    }

    async fn connect(&self) -> Client {
        Client(TcpStream::connect(self.address).await.unwrap())
    }
}

/// A client that says what it likes.
struct Client(TcpStream);

impl Client {
    async fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    /// Reads up to the end of an answer's body, which has to be as expected.
    async fn receives(&mut self, body: &str) {
        let mut read = Vec::new();
        while !String::from_utf8_lossy(&read).ends_with(body) {
            let some = timeout(Duration::from_secs(20), self.0.read_buf(&mut read)).await;
            let some = some.expect("there is an answer in time").unwrap();
            assert!(some > 0, "the connection ended after {:?}", String::from_utf8_lossy(&read));
        }
    }

    async fn asks_and_receives(&mut self, body: &str) {
        self.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
        self.receives(body).await;
    }

    /// Waits for the server to close the connection.
    async fn is_cut_off(&mut self) {
        let end = timeout(Duration::from_secs(20), self.0.read(&mut [0; 64])).await;
        let end = end.expect("the connection is closed in time");
        assert!(matches!(end, Ok(0) | Err(_)), "something was answered");
    }
}

#[tokio::test]
async fn a_silent_connection_is_closed() {
    let server = Server::counting(Limits { head: SHORT, ..PATIENT }).await;
    server.connect().await.is_cut_off().await;
}

#[tokio::test]
async fn a_client_that_sends_a_header_line_at_a_time_is_cut_off() {
    let server = Server::counting(Limits { head: SHORT, ..PATIENT }).await;
    let mut client = server.connect().await;
    client.send("GET / HTTP/1.1\r\n").await;
    for _ in 0..1000 {
        if let Ok(end) = timeout(SHORT / 10, client.0.read(&mut [0; 64])).await {
            assert!(matches!(end, Ok(0) | Err(_)), "something was answered");
            return;
        }
        if client.0.write_all(b"x-slow: 1\r\n").await.is_err() {
            return;
        }
    }
    panic!("a head may take for ever");
}

#[tokio::test]
async fn a_later_head_has_its_time_from_its_first_byte() {
    let server = Server::counting(Limits { head: SHORT, ..PATIENT }).await;
    let mut client = server.connect().await;
    client.asks_and_receives("answer 1").await;
    client.send("GET / HT").await;
    client.is_cut_off().await;
}

#[tokio::test]
async fn a_client_may_wait_longer_between_requests_than_within_one() {
    let server = Server::counting(Limits { head: SHORT, ..PATIENT }).await;
    let mut client = server.connect().await;
    client.asks_and_receives("answer 1").await;
    // By then a head's time is over.
    server.connect().await.is_cut_off().await;
    client.asks_and_receives("answer 2").await;
    server.connect().await.is_cut_off().await;
    client.asks_and_receives("answer 3").await;
}

#[tokio::test]
async fn a_client_may_not_wait_for_ever_between_requests() {
    let server = Server::counting(Limits { idle: SHORT, ..PATIENT }).await;
    let mut client = server.connect().await;
    client.asks_and_receives("answer 1").await;
    client.is_cut_off().await;
}

#[tokio::test]
async fn a_client_that_takes_nothing_of_its_answer_is_cut_off() {
    // More than the buffers on the way hold.
    let large = get(async || vec![0_u8; 64 << 20]);
    let router = Router::new().route("/large", large).route("/", get(async || "small"));
    let server = Server::start(Limits { read: SHORT, connections: 1, ..PATIENT }, router).await;
    let mut rude = server.connect().await;
    rude.send("GET /large HTTP/1.1\r\nhost: x\r\n\r\n").await;
    // There is a place only once the other one has lost it.
    server.connect().await.asks_and_receives("small").await;
}

#[tokio::test]
async fn a_connection_too_many_waits_for_another_to_end() {
    let server = Server::counting(Limits { connections: 1, ..PATIENT }).await;
    let mut first = server.connect().await;
    first.asks_and_receives("answer 1").await;
    let mut second = server.connect().await;
    second.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    first.asks_and_receives("answer 2").await;
    first.asks_and_receives("answer 3").await;
    drop(first);
    second.receives("answer 4").await;
}

#[tokio::test]
async fn on_stop_idle_connections_close_at_once_and_requests_in_hand_are_answered() {
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
    idle.asks_and_receives("idle").await;
    busy.send("GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").await;
    begun.notified().await;

    server.stop.cancel();
    silent.is_cut_off().await;
    idle.is_cut_off().await;
    assert!(!server.running.is_finished());
    go.notify_one();
    busy.receives("finished").await;
    busy.is_cut_off().await;
    server.running.await.unwrap();
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn a_handler_knows_who_asks() {
    let who = get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { format!("you are {peer}") });
    let server = Server::start(PATIENT, Router::new().route("/", who)).await;
    let mut client = server.connect().await;
    let name = client.0.local_addr().unwrap();
    client.asks_and_receives(&format!("you are {name}")).await;
}
