//! The Secrets that a script or a person makes.

use crate::support::prelude::*;

/// Names with their keys.
pub type Secrets = BTreeMap<String, BTreeSet<String>>;

/// The Secrets that are made by hand.
const BY_HAND: [(&str, &[&str]); 3] = [
    ("jwt-secret", &["JWT_KEY"]),
    ("stripe-secret", &["STRIPE_KEY", "STRIPE_PUBLISHABLE_KEY", "STRIPE_WEBHOOK_SECRET"]),
    // Where the backups are copied out of the cluster.
    ("backup-bucket-secret", &["ACCESS_KEY_ID", "BUCKET", "ENDPOINT", "SECRET_ACCESS_KEY"]),
];

pub fn by_hand() -> Secrets {
    let keys = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect();
    BY_HAND.iter().map(|(name, of_it)| ((*name).to_owned(), keys(of_it))).collect()
}

/// The name and the keys of each `kubectl create secret generic` in a text.
fn documented(text: &str) -> Secrets {
    let mut found = Secrets::new();
    let text = text.replace("\\\n", " ").replace("--from-literal ", "--from-literal=");
    for command in text.lines().filter_map(|line| line.split_once("create secret generic ")) {
        let mut words = command.1.split_whitespace();
        let Some(name) = words.next() else { continue };
        let literals = words.filter_map(|word| word.strip_prefix("--from-literal=")?.split_once('='));
        found.entry(name.to_owned()).or_default().extend(literals.map(|(key, _)| key.to_owned()));
    }
    found
}

#[test]
fn the_documents_make_exactly_the_secrets_that_are_made_by_hand() {
    let told = documented(&(read("docs/KUBERNETES.md") + "\n" + &read("docs/OPERATIONS.md")));
    assert_eq!(told, by_hand(), "left: docs/KUBERNETES.md and docs/OPERATIONS.md");
    let example = "kubectl create secret generic a --from-literal=K=x \\\n  --from-literal L=y\n";
    assert_eq!(documented(example), Secrets::from([("a".into(), ["K".into(), "L".into()].into())]));
}

/// The Secrets that `store-secrets.sh` makes in a cluster that has `existing`.
pub fn made_by_script(existing: &str) -> Secrets {
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("made.yaml");
    let kubectl = format!(
        "#!/bin/sh\ncase \" $* \" in\n*' get '*) case \" $* \" in *' {existing} '*) exit 0;; esac; exit 1;;\n\
         *) (echo ---; cat) >> {};;\nesac\n",
        made.display()
    );
    stand_in(folder.path(), "kubectl", &kubectl);
    let mut sh = Command::new("sh");
    sh.arg(workspace_root().join("infra/k8s/store-secrets.sh")).env("PATH", path_with(folder.path()));
    let output = Output::from(sh.output().unwrap());
    assert!(output.success, "{}", output.stderr);
    let with_keys = |secret: &Value| {
        let values: Vec<(&str, &str)> = entries(secret, "/stringData").collect();
        assert!(values.iter().all(|(_, value)| value.len() >= 32), "{} has a short password", title(secret));
        (name(secret).to_owned(), values.iter().map(|(key, _)| (*key).to_owned()).collect())
    };
    let documents = documents(&std::fs::read_to_string(made).unwrap());
    of_kind(&documents, "Secret").map(with_keys).collect()
}

#[test]
fn the_script_keeps_a_secret_that_exists() {
    let all = made_by_script("none");
    let rest = made_by_script("nats-secret");
    assert!(all.contains_key("nats-secret") && !rest.contains_key("nats-secret"));
    assert_eq!(rest.len() + 1, all.len());
}
