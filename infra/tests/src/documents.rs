//! What the documents say about the manifests, and tell operators to type.

use crate::availability::fewest;
use crate::support::prelude::*;

/// Commands that skip roll-out.sh or give it half a list, and pods that the namespace
/// does not admit.
fn harmful(text: &str) -> Vec<String> {
    let skips = ["build-images.sh |", "apply -k infra/k8s-prod", "apply --kustomize infra/k8s-prod"];
    let skips = skips.into_iter().filter(|it| text.contains(it)).map(|it| format!("skips the roll-out: {it}"));
    let debugs = text.lines().filter(|line| line.contains("kubectl debug "));
    let refused = debugs.filter(|line| !line.contains("--profile=restricted"));
    skips.chain(refused.map(|line| format!("is not admitted: {line}"))).collect()
}

#[test]
fn no_document_recommends_a_command_that_does_harm() {
    for file in
        ["README.md", "docs/KUBERNETES.md", "docs/LOCAL.md", "docs/OPERATIONS.md", ".github/workflows/deploy.yml"]
    {
        none(file, &harmful(&read(file)));
    }
    assert_eq!(harmful("build-images.sh | roll-out.sh; kubectl apply -k infra/k8s-prod").len(), 2);
    assert_eq!(harmful("to look in:\nkubectl debug --image busybox:1.37.0 POD\n").len(), 1);
}

#[test]
fn the_documents_list_the_size_of_every_image() {
    let operations = read("docs/OPERATIONS.md");
    let rows = operations.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    let size = |rest: &str| [" MB |", "not measured |"].iter().any(|end| rest.ends_with(end));
    let mut listed: Vec<&str> = rows.filter(|(_, rest)| size(rest)).map(|(name, _)| name).collect();
    listed.sort_unstable();
    assert!(listed.iter().eq(images().keys()), "docs/OPERATIONS.md lists {listed:?}");
    // The eighth is the cache of the dependencies' layer.
    assert_eq!(images().len() + 1, 8);
    assert!(
        read("docs/KUBERNETES.md").contains("# eight repositories;"),
        "docs/KUBERNETES.md must count the repositories"
    );
}

/// An amount like `250m`, `64Mi` or `2`, in processors or GiB.
fn amount(text: &str) -> f64 {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "m" => 0.001,
        "Mi" => 1.0 / 1024.0,
        "" | "Gi" => 1.0,
        other => panic!("unknown unit {other}"),
    };
    digits.parse::<f64>().unwrap() * unit
}

/// The sum of all requests, with the fewest pods, rounded up to a tenth.
fn requests(objects: &[Value]) -> String {
    let sum = |resource: &str| {
        let of = |(workload, pod): (&Value, &Value)| {
            let requests =
                list(pod, "/spec/containers").iter().map(|it| text(it, &format!("/resources/requests/{resource}")));
            requests.map(amount).sum::<f64>() * f64::from(u32::try_from(fewest(objects, workload)).unwrap())
        };
        (lasting(objects).map(of).sum::<f64>() * 10.0).ceil() / 10.0
    };
    format!("asks for {} processors and {} GiB of memory", sum("cpu"), sum("memory"))
}

#[test]
fn the_documents_say_how_large_a_cluster_must_be() {
    for (set, file) in [(Set::Dev, "docs/KUBERNETES.md"), (Set::Prod, "docs/OPERATIONS.md")] {
        let requests = requests(set.objects());
        assert!(read(file).replace('\n', " ").contains(&requests), "{file} must say: {requests}");
    }
    let more = broken(Set::Dev.objects(), "Deployment/auth-depl spec/replicas 9").unwrap();
    assert_ne!(requests(&more), requests(Set::Dev.objects()));
}
