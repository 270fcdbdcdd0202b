//! What the documents say that a cluster needs.

use serde_json::Value;
use xtask::env::workspace_root;

use crate::availability::fewest;
use crate::checked::broken;
use crate::objects::{containers, lasting, text};
use crate::rendered::Set;

/// `250m`, `64Mi`, `2`, in whole processors or GiB.
fn amount(text: &str) -> f64 {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let of_one = match &text[digits.len()..] {
        "m" => 0.001,
        "Mi" => 1.0 / 1024.0,
        "" | "Gi" => 1.0,
        other => panic!("what is {other}?"),
    };
    digits.parse::<f64>().unwrap() * of_one
}

/// What all pods together ask for at least, rounded up as the documents tell it.
fn asked(objects: &[Value]) -> String {
    let sum = |what: &str| {
        let of = |(workload, pod): (&Value, &Value)| {
            let each: f64 =
                containers(pod).iter().map(|it| amount(text(it, &format!("/resources/requests/{what}")))).sum();
            each * f64::from(u32::try_from(fewest(objects, workload)).unwrap())
        };
        let sum: f64 = lasting(objects).map(of).sum();
        (sum * 10.0).ceil() / 10.0
    };
    format!("asks for {} processors and {} GiB of memory", sum("cpu"), sum("memory"))
}

#[test]
fn the_documents_say_how_large_a_cluster_has_to_be() {
    for (set, file) in [(Set::Dev, "README.md"), (Set::Prod, "docs/OPERATIONS.md")] {
        let told = std::fs::read_to_string(workspace_root().join(file)).unwrap().replace('\n', " ");
        let asked = asked(&set.objects());
        assert!(told.contains(&asked), "{file} does not say: {asked}");
    }
    let more = broken(&Set::Dev.objects(), "Deployment/auth-depl", |it| it["spec"]["replicas"] = 9.into());
    assert_ne!(asked(&more), asked(&Set::Dev.objects()));
}
