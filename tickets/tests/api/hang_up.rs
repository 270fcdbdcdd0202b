//! Clients that disconnect before the response.

use std::time::Duration;

use common::testing::{Service, user};
use futures::future::join_all;
use serde_json::json;
use tokio::{io::AsyncWriteExt, net::TcpStream, time::sleep};

use super::{listed, start};

/// Sends a request and disconnects a moment later.
async fn hang_up(service: &Service, request: &str) {
    let address = service.url.strip_prefix("http://").unwrap();
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(request.as_bytes()).await.unwrap();
    // Simulates an impatient client; nothing is awaited.
    sleep(Duration::from_millis(20)).await;
}

#[tokio::test]
async fn disconnecting_clients_do_not_block_the_database() {
    let (env, service) = start().await;
    for _ in 0..50 {
        listed(&service).await;
    }
    let cookie = env.sessions().begin(&user()).unwrap();
    let body = json!({ "title": "Concert", "price": 20 }).to_string();
    let create = format!(
        "POST /api/tickets HTTP/1.1\r\nhost: x\r\ncookie: {}={}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        cookie.name(),
        cookie.value(),
        body.len(),
    );
    for _ in 0..3 {
        let lists = (0..100).map(|_| hang_up(&service, "GET /api/tickets HTTP/1.1\r\nhost: x\r\n\r\n"));
        let creates = (0..20).map(|_| hang_up(&service, &create));
        tokio::join!(join_all(lists), join_all(creates));
        // The readiness probe queries the database and times out after two seconds.
        let client = service.anonymous();
        for _ in 0..5 {
            let (ready, list) = tokio::join!(client.get("/readyz"), client.get("/api/tickets"));
            assert_eq!((ready.status.as_u16(), list.status.as_u16()), (200, 200), "{}", ready.body);
        }
    }
}
