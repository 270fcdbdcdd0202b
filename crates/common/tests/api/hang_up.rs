use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{Router, routing::get};
use common::{
    server::App,
    testing::{TestEnv, eventually},
};
use tokio::{io::AsyncWriteExt, net::TcpStream, sync::Notify};

#[tokio::test]
async fn a_request_is_finished_though_its_client_disconnects() {
    const CLIENTS: usize = 20;
    let env = TestEnv::new().await;
    let (begun, ended, go) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let handler = {
        let (begun, ended, go) = (begun.clone(), ended.clone(), go.clone());
        move || async move {
            let going = go.notified();
            begun.fetch_add(1, Ordering::SeqCst);
            going.await;
            ended.fetch_add(1, Ordering::SeqCst);
        }
    };
    let service = env.start(App::new("slow", Router::new().route("/api/slow", get(handler)))).await;
    let address = service.url.strip_prefix("http://").unwrap();
    for _ in 0..CLIENTS {
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(b"GET /api/slow HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        let so_far = begun.load(Ordering::SeqCst);
        eventually("the request is in progress", async || (begun.load(Ordering::SeqCst) > so_far).then_some(())).await;
    }
    // All have disconnected; a later request shows that the server has noticed.
    let _ = service.anonymous().get("/api/other").await.expect(404);
    go.notify_waiters();
    eventually("all are finished", async || (ended.load(Ordering::SeqCst) == CLIENTS).then_some(())).await;
}

#[tokio::test]
async fn responses_of_the_api_forbid_caching_and_content_sniffing() {
    let env = TestEnv::new().await;
    let service = env.start(App::new("plain", Router::new().route("/api/here", get(async || "here")))).await;
    for path in ["/api/here", "/api/nowhere"] {
        let headers = service.anonymous().get(path).await.headers;
        assert_eq!(
            (&headers["cache-control"], &headers["x-content-type-options"]),
            (&"no-store".parse().unwrap(), &"nosniff".parse().unwrap())
        );
    }
}
