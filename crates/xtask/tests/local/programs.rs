//! The services as programs: errors about their environment, traces, and stores that
//! come up late.

use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use common::testing::KEY;
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::net::TcpListener;
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;
use xtask::build::Programs;
use xtask::ports;
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

/// A program whose stores can't be reached, with a log that grows.
fn cut_off(service: &str, mongo: u16) -> (Child, Lines<BufReader<ChildStdout>>) {
    let nowhere = ports::free().unwrap();
    let env = [
        ("MONGO_URI", format!("mongodb://127.0.0.1:{mongo}/{service}")),
        ("NATS_URL", format!("nats://127.0.0.1:{nowhere}")),
        ("REDIS_URL", format!("redis://127.0.0.1:{nowhere}")),
        ("JWT_KEY", KEY.to_owned()),
        ("HANDOVER_KEYS", format!("1:{}", "0".repeat(64))),
        ("STRIPE_KEY", "sk_test_1".to_owned()),
        ("STRIPE_PUBLISHABLE_KEY", "pk_test_1".to_owned()),
        ("STRIPE_WEBHOOK_SECRET", "whsec_1".to_owned()),
        ("PORT", "0".to_owned()),
    ];
    let mut command = Command::new(Programs::beside_this_one().unwrap().path(service).unwrap());
    command.env_clear().envs(env).stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    (child, lines)
}

async fn says(lines: &mut Lines<BufReader<ChildStdout>>, what: &str) {
    loop {
        let line = lines.next_line().await.unwrap().unwrap_or_else(|| panic!("it ended before it said {what:?}"));
        if line.contains(what) {
            return;
        }
    }
}

#[tokio::test]
async fn a_program_waits_for_stores_that_come_up_later_and_can_be_stopped_meanwhile() {
    for service in SERVICES {
        let nowhere = ports::free().unwrap();
        let (mut child, mut lines) = cut_off(service, nowhere);
        says(&mut lines, "not reached yet, retrying").await;
        assert_eq!(child.try_wait().unwrap(), None, "{service} has given up");
        let pid = Pid::from_raw(child.id().unwrap().cast_signed()).unwrap();
        kill_process(pid, Signal::TERM).unwrap();
        // It would go on for most of a minute.
        let ended = timeout(Duration::from_secs(10), child.wait()).await;
        assert!(!ended.expect("it ends on SIGTERM").unwrap().success());
        says(&mut lines, "was stopped before it was reached").await;
    }
}
