use std::{sync::Arc, time::Duration};

use axum::{Router, routing::get};
use common::{
    server::{App, connections::Limits},
    telemetry,
    testing::{TestEnv, eventually},
};
use tokio::{io::AsyncReadExt, net::TcpStream, sync::Notify, time::timeout};

async fn panics() -> &'static str {
    panic!("a secret cause")
}

#[tokio::test]
async fn a_panic_is_a_500_without_its_cause() {
    let env = TestEnv::new().await;
    let service = env.start(App::new("panics", Router::new().route("/api/panic", get(panics)))).await;
    for _ in 0..2 {
        service.anonymous().get("/api/panic").await.refused(500, &["Something went wrong"]);
    }
}

#[tokio::test]
async fn every_response_has_a_request_id_and_keeps_a_given_one() {
    let env = TestEnv::new().await;
    let service = env.start(App::new("ids", Router::new())).await;
    let client = service.anonymous();
    assert!(client.get("/api/x").await.headers.contains_key("x-request-id"));
    let request = client.request(reqwest::Method::GET, "/api/x").header("x-request-id", "mine");
    assert_eq!(client.send(request).await.headers["x-request-id"], "mine");
}

#[tokio::test]
async fn requests_are_measured_by_route() {
    let _telemetry = telemetry::init("test").unwrap();
    let env = TestEnv::new().await;
    let router = Router::new().route("/api/things/{id}", get(async || "here"));
    let service = env.start(App::new("measured", router)).await;
    let client = service.anonymous();
    let _ = client.get("/api/things/7").await.expect(200);
    let metrics = client.get("/metrics").await.expect(200).body;
    let line = r#"http_request_duration_seconds_count{method="GET",path="/api/things/{id}",status="200"} 1"#;
    assert!(metrics.as_str().unwrap().contains(line), "{metrics}");
}

#[tokio::test]
async fn stopping_finishes_the_requests_in_progress() {
    let env = TestEnv::new().await;
    let (begun, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let handler = {
        let (begun, go) = (begun.clone(), go.clone());
        move || async move {
            begun.notify_one();
            go.notified().await;
            "finished"
        }
    };
    let service = Arc::new(env.start(App::new("slow", Router::new().route("/api/slow", get(handler)))).await);
    let client = service.anonymous();
    let request = tokio::spawn(async move { client.get("/api/slow").await });
    begun.notified().await;
    let stopping = tokio::spawn({
        let service = service.clone();
        async move { service.stop().await }
    });
    eventually("nothing new is accepted", async || {
        reqwest::get(format!("{}/healthz", service.url)).await.is_err().then_some(())
    })
    .await;
    go.notify_one();
    assert_eq!(request.await.unwrap().expect(200).body, "finished");
    stopping.await.unwrap();
}

#[tokio::test]
async fn a_service_disconnects_a_silent_client() {
    let env = TestEnv::new().await;
    let limits = Limits { head: Duration::from_millis(100), ..Limits::default() };
    let service = env.start(App::new("patient", Router::new()).with_limits(limits)).await;
    let mut silent = TcpStream::connect(service.url.trim_start_matches("http://")).await.unwrap();
    let end = timeout(Duration::from_secs(20), silent.read(&mut [0; 64])).await;
    assert_eq!(end.expect("the connection is closed in time").unwrap(), 0);
}
