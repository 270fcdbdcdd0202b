use http::StatusCode;
use rustix::process::{Pid, Signal};
use tempfile::TempDir;
use xtask::build::Programs;
use xtask::process::Restart;
use xtask::report::Report;
use xtask::stack::{Inventory, SERVICES, Stack, StackOptions};

use crate::eventually;

async fn stack() -> (TempDir, Stack) {
    let folder = tempfile::tempdir().unwrap();
    let options = StackOptions::new(folder.path().to_owned(), Programs::beside_this_one().unwrap());
    let stack = Stack::start(StackOptions { hold_seconds: Some(2), ..options }).await.unwrap();
    (folder, stack)
}

async fn status(stack: &Stack, path: &str) -> StatusCode {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    client.get(format!("{}{path}", stack.url().unwrap())).send().await.unwrap().status()
}

#[tokio::test]
async fn two_stacks_run_side_by_side_and_stop_in_order() {
    let ((_kept, mut one), (_also, two)) = tokio::join!(stack(), stack());
    assert_ne!(one.inventory().nats.url, two.inventory().nats.url);
    assert_eq!(status(&one, "/api/tickets").await, StatusCode::OK);
    for name in SERVICES {
        let status = one.service_mut(name).unwrap().stop().await.unwrap();
        assert!(status.success(), "{name} ended with {status}");
    }
    assert_eq!(status(&one, "/api/tickets").await, StatusCode::BAD_GATEWAY);
    assert_eq!(status(&two, "/api/tickets").await, StatusCode::OK);
    one.stop().await;
    two.stop().await;
}

#[tokio::test]
async fn a_killed_service_comes_back_at_its_address_and_stack_json_says_so() {
    let (folder, mut stack) = stack().await;
    let before = Inventory::read(folder.path()).unwrap().services["tickets"].clone();
    stack.service_mut("tickets").unwrap().kill().await;
    assert_eq!(status(&stack, "/api/tickets").await, StatusCode::BAD_GATEWAY);
    stack.service_mut("tickets").unwrap().resume().await.unwrap();
    assert_eq!(status(&stack, "/api/tickets").await, StatusCode::OK);
    eventually("stack.json has the new process", async || {
        let now = &Inventory::read(folder.path()).unwrap().services["tickets"];
        now.url == before.url && now.pid.is_some() && now.pid != before.pid
    })
    .await;
    stack.stop().await;
    Inventory::read(folder.path()).unwrap_err();
}

#[tokio::test]
async fn a_store_that_ends_is_reported_and_restarted_and_services_reconnect() {
    let folder = tempfile::tempdir().unwrap();
    let report = Report::kept();
    let options = StackOptions::new(folder.path().to_owned(), Programs::beside_this_one().unwrap());
    let options = StackOptions { restart: Restart::Always, report: report.clone(), ..options };
    let stack = Stack::start(options).await.unwrap();
    let before = Inventory::read(folder.path()).unwrap().mongo;
    let pid = i32::try_from(before.pid.unwrap()).unwrap();

    rustix::process::kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL).unwrap();
    eventually("its pid leaves", async || Inventory::read(folder.path()).unwrap().mongo.pid != before.pid).await;
    let line = "mongo | stopped by itself (signal: 9 (SIGKILL)); starting it again";
    eventually(line, async || report.lines().iter().any(|said| said.contains(line))).await;
    eventually("a pid comes back", async || Inventory::read(folder.path()).unwrap().mongo.pid.is_some()).await;
    assert_eq!(Inventory::read(folder.path()).unwrap().mongo.url, before.url);
    eventually("a service works again", async || status(&stack, "/api/tickets").await == StatusCode::OK).await;
    stack.stop().await;
}

#[tokio::test]
async fn a_second_replica_serves_from_the_same_stores() {
    let (_kept, stack) = stack().await;
    let mut replica = stack.replica("tickets", 2).await.unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client.get(format!("{}/api/tickets", replica.url())).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    replica.stop().await;
    stack.stop().await;
}
