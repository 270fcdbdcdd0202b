//! The program: its data file, its writes and SIGKILL.

use std::{path::Path, process::Stdio};

use serde_json::Value;
use stripe_standin::Ledger;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    task::JoinSet,
};

use crate::persistence::DataFile;

const NEW: [(&str, &str); 2] = [("amount", "500"), ("currency", "usd")];

struct Program {
    child: Child,
    shop: Shop,
}

/// A running program and a client that creates intents.
#[derive(Clone)]
struct Shop {
    url: String,
    http: reqwest::Client,
}

impl Program {
    async fn start(data: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stripe-standin"));
        command.arg("--data").arg(data).env_remove("RUST_LOG").env_remove("PORT");
        let mut child = command.stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let mut log = BufReader::new(child.stdout.take().unwrap()).lines();
        let url = loop {
            let line = log.next_line().await.unwrap().expect("it says where it listens");
            if let Some((_, port)) = line.split_once("http://127.0.0.1:") {
                break format!("http://127.0.0.1:{}", port.trim_end_matches('"'));
            }
        };
        Self { child, shop: Shop { url, http: reqwest::Client::new() } }
    }

    /// The bytes written so far, to the file and to clients.
    fn written(&self) -> u64 {
        let io = std::fs::read_to_string(format!("/proc/{}/io", self.child.id().unwrap())).unwrap();
        io.lines().find_map(|line| line.strip_prefix("wchar: ")).unwrap().parse().unwrap()
    }

    /// The bytes written for twenty new intents.
    async fn cost(&self) -> u64 {
        let before = self.written();
        self.shop.create_many(20).await;
        self.written() - before
    }
}

impl Shop {
    async fn ledger(&self) -> Ledger {
        self.http.get(format!("{}/_ledger", self.url)).send().await.unwrap().json().await.unwrap()
    }

    /// Creates an intent and tells its id.
    async fn create(&self) -> reqwest::Result<String> {
        let new = self.http.post(format!("{}/v1/payment_intents", self.url)).bearer_auth("sk_test_shop").form(&NEW);
        let intent: Value = new.send().await?.json().await?;
        Ok(intent["id"].as_str().unwrap().to_owned())
    }

    async fn create_many(&self, count: usize) {
        for _ in 0..count {
            self.create().await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_change_costs_as_much_to_keep_however_much_is_kept_already() {
    let file = DataFile::new("cost");
    let program = Program::start(file.path()).await;
    let first = program.cost().await;
    program.shop.create_many(200).await;
    let later = program.cost().await;
    assert!(later < first * 11 / 10, "20 intents cost {first} bytes at first, {later} later");
}

#[tokio::test]
async fn a_killed_program_has_kept_whatever_it_answered() {
    let file = DataFile::new("killed");
    let mut program = Program::start(file.path()).await;
    let mut buyers = JoinSet::new();
    for _ in 0..8 {
        let buyer = program.shop.clone();
        buyers.spawn(async move {
            let mut answered = Vec::new();
            while let Ok(id) = buyer.create().await {
                answered.push(id);
            }
            answered
        });
    }
    program.shop.create_many(20).await;
    program.child.kill().await.unwrap();
    let answered = buyers.join_all().await.concat();
    assert!(answered.len() > 20);

    let program = Program::start(file.path()).await;
    let kept: Vec<_> = program.shop.ledger().await.intents.into_iter().map(|entry| entry.id).collect();
    for id in &answered {
        assert!(kept.contains(id), "{id} was answered and is not kept");
    }
}
