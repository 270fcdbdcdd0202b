//! Our programs, started with what a manifest gives them.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use xtask::build::Programs;
use xtask::ports;

use crate::objects::{find, list, of_kind, text};

/// A program's variables.
pub type Env = BTreeMap<String, String>;

/// What became of a program that was started.
#[derive(Debug)]
pub enum Outcome {
    /// It went on to call a store, or to serve.
    Runs,
    /// It ended, having said this.
    Ended(String),
}

/// A folder that the storefront takes for its site.
pub fn made_up_site() -> tempfile::TempDir {
    let site = tempfile::tempdir().unwrap();
    std::fs::write(site.path().join("hash.txt"), "").unwrap();
    site
}

/// A container's environment as the cluster would set it, with secrets made up.
pub fn env(container: &Value, objects: &[Value]) -> Env {
    let mut env = Env::new();
    for entry in list(container, "/env") {
        let from = |pointer: &str| entry.pointer(&format!("/valueFrom/{pointer}"));
        let value = if let Some(key) = from("configMapKeyRef") {
            let map = find(objects, "ConfigMap", text(key, "/name")).unwrap_or(&Value::Null);
            text(map, &format!("/data/{}", text(key, "/key"))).to_owned()
        } else if let Some(key) = from("secretKeyRef") {
            made_up(text(key, "/key"))
        } else {
            env.iter().fold(text(entry, "/value").to_owned(), |value, (name, earlier)| {
                value.replace(&format!("$({name})"), earlier)
            })
        };
        env.insert(text(entry, "/name").to_owned(), value);
    }
    env
}

fn made_up(key: &str) -> String {
    match key {
        "STRIPE_KEY" => "sk_test_madeup".to_owned(),
        "STRIPE_PUBLISHABLE_KEY" => "pk_test_madeup".to_owned(),
        "STRIPE_WEBHOOK_SECRET" => "whsec_madeup".to_owned(),
        _ => "madeup".repeat(8),
    }
}

/// Starts a program whose stores are all one listener that never answers: it has
/// taken its configuration as soon as it calls there, or serves.
pub async fn outcome(program: &str, mut env: Env, objects: &[Value], site: &Path) -> Outcome {
    let store = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let local = store.local_addr().unwrap().to_string();
    for value in env.values_mut() {
        for service in of_kind(objects, "Service") {
            for port in list(service, "/spec/ports") {
                *value = value.replace(&format!("{}:{}", text(service, "/metadata/name"), port["port"]), &local);
            }
        }
    }
    let port = ports::free().unwrap();
    env.insert("PORT".to_owned(), port.to_string());
    if let Some(folder) = env.get_mut("SITE_DIR") {
        *folder = site.display().to_string();
    }
    let mut command = Command::new(Programs::beside_this_one().unwrap().path(program).unwrap());
    command.env_clear().envs(env).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    let mut child = command.spawn().unwrap();
    let limit = Duration::from_mins(1);
    let happened = async {
        tokio::select! {
            ended = said_at_its_end(&mut child) => Outcome::Ended(ended),
            _ = store.accept() => Outcome::Runs,
            () = serves(port) => Outcome::Runs,
        }
    };
    tokio::time::timeout(limit, happened).await.unwrap_or_else(|_| panic!("{program} does nothing"))
}

async fn said_at_its_end(child: &mut Child) -> String {
    let mut said = String::new();
    child.stdout.take().unwrap().read_to_string(&mut said).await.unwrap();
    said
}

async fn serves(port: u16) {
    while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
