//! The services as programs: what they say of their environment, and to
//! whoever collects their traces.

use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use tokio::net::TcpListener;
use tokio::process::Command;
use xtask::build::Programs;
use xtask::stack::{SERVICES, Stack, StackOptions};

use crate::eventually;

async fn output(service: &str, env: &[(&str, &str)]) -> (bool, String) {
    let program = Programs::beside_this_one().unwrap().path(service).unwrap();
    let mut command = Command::new(program);
    let output = command.env_clear().envs(env.iter().copied()).stdin(Stdio::null()).output().await.unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[tokio::test]
async fn a_missing_or_bad_variable_stops_a_program_and_is_named() {
    for service in SERVICES {
        let (success, said) = output(service, &[]).await;
        assert!(!success && said.contains("environment variable") && said.contains("must be set"), "{service}: {said}");
        for (name, bad) in [("PORT", "s3cret"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "s3cret")] {
            let (success, said) = output(service, &[(name, bad)]).await;
            assert!(!success && said.contains(&format!("environment variable {name}")), "{service}, {name}: {said}");
        }
    }
}

#[tokio::test]
async fn traces_go_to_the_collector() {
    let received = Arc::new(AtomicUsize::new(0));
    let count = received.clone();
    let collect = post(move |body: Bytes| {
        count.fetch_add(body.len(), Ordering::SeqCst);
        async {}
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let collector = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, Router::new().route("/v1/traces", collect)).into_future());

    let folder = tempfile::tempdir().unwrap();
    let options = StackOptions::new(folder.path().to_owned(), Programs::beside_this_one().unwrap());
    let env = vec![("OTEL_EXPORTER_OTLP_ENDPOINT".to_owned(), collector)];
    let stack = Stack::start(StackOptions { env, ..options }).await.unwrap();
    reqwest::get(format!("{}/api/tickets", stack.url().unwrap())).await.unwrap();
    eventually("spans arrive", async || received.load(Ordering::SeqCst) > 0).await;
    stack.stop().await;
}
