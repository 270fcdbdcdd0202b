//! Programs of this repository, started with the environment that a manifest sets.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;
use xtask::build::Programs;
use xtask::ports;

use super::objects::{find, list, name, of_kind, text};

/// A program's variables.
pub type Env = BTreeMap<String, String>;

/// How a start ended.
#[derive(Debug)]
pub enum Outcome {
    /// The program connects to a store, or serves.
    Runs,
    /// It exited after printing this.
    Exited(String),
}

/// An empty folder for the storefront to serve.
pub fn empty_site() -> tempfile::TempDir {
    let site = tempfile::tempdir().unwrap();
    std::fs::write(site.path().join("hash.txt"), "").unwrap();
    site
}

/// A container's environment as the cluster would set it, with invented secrets.
pub fn env(container: &Value, objects: &[Value]) -> Env {
    let mut env = Env::new();
    for entry in list(container, "/env") {
        let from = |pointer: &str| entry.pointer(&format!("/valueFrom/{pointer}"));
        let value = if let Some(key) = from("configMapKeyRef") {
            let map = find(objects, "ConfigMap", text(key, "/name")).unwrap_or(&Value::Null);
            text(map, &format!("/data/{}", text(key, "/key"))).to_owned()
        } else if let Some(key) = from("secretKeyRef") {
            invented(text(key, "/key"))
        } else {
            let value = text(entry, "/value").to_owned();
            env.iter().fold(value, |value, (name, earlier)| value.replace(&format!("$({name})"), earlier))
        };
        env.insert(text(entry, "/name").to_owned(), value);
    }
    env
}

fn invented(key: &str) -> String {
    match key {
        "STRIPE_KEY" => "sk_test_invented".to_owned(),
        "STRIPE_PUBLISHABLE_KEY" => "pk_test_invented".to_owned(),
        "STRIPE_WEBHOOK_SECRET" => "whsec_invented".to_owned(),
        "HANDOVER_KEYS" => format!("1:{}", "0".repeat(64)),
        _ => "invented".repeat(4),
    }
}

/// Starts a program whose stores are all one listener that never answers. Its
/// configuration was accepted if it connects there, or serves.
pub async fn outcome(program: &str, mut env: Env, objects: &[Value], site: &Path) -> Outcome {
    let store = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let local = store.local_addr().unwrap().to_string();
    for value in env.values_mut() {
        for service in of_kind(objects, "Service") {
            for port in list(service, "/spec/ports") {
                *value = value.replace(&format!("{}:{}", name(service), port["port"]), &local);
            }
        }
    }
    let port = ports::free().unwrap();
    env.insert("PORT".to_owned(), port.to_string());
    if let Some(folder) = env.get_mut("SITE_DIR") {
        *folder = site.display().to_string();
    }
    let texts = tempfile::tempdir().unwrap();
    if let Some(folder) = env.get_mut("SHOP_TEXTS_DIR") {
        let map = of_kind(objects, "ConfigMap").find(|map| name(map).starts_with("shop-texts")).unwrap();
        for (file, text) in map["data"].as_object().unwrap() {
            std::fs::write(texts.path().join(file), text.as_str().unwrap()).unwrap();
        }
        *folder = texts.path().display().to_string();
    }
    let mut command = Command::new(Programs::beside_this_one().unwrap().path(program).unwrap());
    command.env_clear().envs(env).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    let mut child = command.spawn().unwrap();
    let (mut stdout, mut printed) = (child.stdout.take().unwrap(), String::new());
    let started = async {
        tokio::select! {
            read = stdout.read_to_string(&mut printed) => drop(read.unwrap()),
            _ = store.accept() => return Outcome::Runs,
            () = serves(port) => return Outcome::Runs,
        }
        Outcome::Exited(printed)
    };
    tokio::time::timeout(Duration::from_mins(1), started).await.unwrap_or_else(|_| panic!("{program} does nothing"))
}

async fn serves(port: u16) {
    while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
