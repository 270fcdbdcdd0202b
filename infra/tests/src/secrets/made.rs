//! The Secrets that a script or a human makes.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use serde_json::Value;
use xtask::env::workspace_root;

use crate::objects::{entries, kind, text, title};
use crate::rendered::documents;

/// Names with their keys.
pub type Secrets = BTreeMap<String, BTreeSet<String>>;

/// What is made by hand, and nothing else is.
const BY_HAND: [(&str, &[&str]); 3] = [
    ("jwt-secret", &["JWT_KEY"]),
    ("stripe-secret", &["STRIPE_KEY", "STRIPE_PUBLISHABLE_KEY", "STRIPE_WEBHOOK_SECRET"]),
    // Only for who copies the backups out of the cluster.
    ("backup-bucket-secret", &["ACCESS_KEY_ID", "BUCKET", "ENDPOINT", "SECRET_ACCESS_KEY"]),
];

pub fn by_hand() -> Secrets {
    let keys = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect();
    BY_HAND.iter().map(|(name, of_it)| ((*name).to_owned(), keys(of_it))).collect()
}

/// Of each `kubectl create secret generic` in a text, the name and the keys.
fn documented(text: &str) -> Secrets {
    let mut found = Secrets::new();
    for line in text.replace("\\\n", " ").lines() {
        let Some((_, command)) = line.split_once("create secret generic ") else { continue };
        let words: Vec<&str> = command.split_whitespace().collect();
        let Some((name, rest)) = words.split_first() else { continue };
        let keys = found.entry((*name).to_owned()).or_default();
        for (at, word) in rest.iter().enumerate() {
            let literal = match *word {
                "--from-literal" => rest.get(at + 1).copied(),
                _ => word.strip_prefix("--from-literal="),
            };
            keys.extend(literal.and_then(|literal| literal.split_once('=')).map(|(key, _)| key.to_owned()));
        }
    }
    found
}

#[test]
fn the_documents_make_the_secrets_that_are_made_by_hand_and_no_others() {
    let read = |file: &str| std::fs::read_to_string(workspace_root().join(file)).unwrap_or_default();
    let told = documented(&(read("README.md") + "\n" + &read("docs/OPERATIONS.md")));
    assert_eq!(told, by_hand(), "left: README.md and docs/OPERATIONS.md");
    let example = "kubectl create secret generic a --from-literal=K=x \\\n  --from-literal L=y\n";
    assert_eq!(documented(example), Secrets::from([("a".into(), ["K".into(), "L".into()].into())]));
}

/// What `store-secrets.sh` makes in a cluster without any, or with these.
pub fn made_by_script(there: &str) -> Secrets {
    let folder = tempfile::tempdir().unwrap();
    let kubectl = folder.path().join("kubectl");
    let made = folder.path().join("made.yaml");
    let script = format!(
        "#!/bin/sh\ncase \" $* \" in\n*' get '*) case \" $* \" in *' {there} '*) exit 0;; esac; exit 1;;\n\
         *) (echo ---; cat) >> {};;\nesac\n",
        made.display()
    );
    std::fs::write(&kubectl, script).unwrap();
    std::fs::set_permissions(&kubectl, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", folder.path().display());
    let mut sh = Command::new("sh");
    let output = sh.arg(workspace_root().join("infra/k8s/store-secrets.sh")).env("PATH", path).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let yaml = std::fs::read_to_string(made).unwrap();
    let secrets = documents(&yaml);
    let secrets = secrets.iter().filter(|document| kind(document) == "Secret");
    let with_keys = |secret: &Value| {
        let values: Vec<(&str, &str)> = entries(secret, "/stringData").collect();
        assert!(values.iter().all(|(_, value)| value.len() >= 32), "a password is short: {}", title(secret));
        (text(secret, "/metadata/name").to_owned(), values.iter().map(|(key, _)| (*key).to_owned()).collect())
    };
    secrets.map(with_keys).collect()
}

#[test]
fn a_secret_that_is_there_already_stays() {
    let all = made_by_script("none");
    let rest = made_by_script("nats-secret");
    assert!(all.contains_key("nats-secret") && !rest.contains_key("nats-secret"));
    assert_eq!(rest.len() + 1, all.len());
}
