//! The script that brings images to production, with a kubectl that records its calls.

mod cluster;

use crate::support::prelude::*;
use cluster::{Cluster, pushed, running};

/// The list of images, as `build-images.sh` prints it.
fn list(programs: &[&str]) -> String {
    let image = text(ours(Set::Prod.objects()).next().unwrap().1, "/image");
    let registry = image.rsplit_once('/').unwrap().0;
    let lines: Vec<String> = programs.iter().map(|it| format!("{it} {registry}/{it} {}\n", pushed(it))).collect();
    lines.concat()
}

fn all() -> String {
    list(&images().keys().copied().collect::<Vec<_>>())
}

#[test]
fn every_program_is_rolled_out_by_the_digest_that_its_push_returned() {
    for cluster in [Cluster::default(), Cluster::with_a_shop()] {
        let done = cluster.roll_out(&all());
        done.assert_applied(pushed);
        assert!(done.calls.contains("rollout status deployment.apps/auth-depl"), "it must wait:\n{}", done.calls);
        assert!(!done.calls.contains("undo"), "{}", done.calls);
    }
}

#[test]
fn programs_that_the_list_does_not_name_stay_as_they_run() {
    let cluster = Cluster::with_a_shop();
    cluster.roll_out("").assert_applied(running);
    let listed = ["orders", operators()];
    cluster.roll_out(&list(&listed)).assert_applied(|it| if listed.contains(&it) { pushed(it) } else { running(it) });
    // Skaffold writes tag and digest.
    let runs = cluster.runs.replace("/auth@", "/auth:some-tag@");
    Cluster { runs, fails: "" }.roll_out("").assert_applied(running);
}

#[test]
fn a_roll_out_without_every_digest_is_refused() {
    let (empty, shop, all, last) = (Cluster::default(), Cluster::with_a_shop().runs, all(), operators());
    let open = format!("/{last}");
    empty.roll_out(&all.replace("sha256:", "latest:")).assert_refused(&["no digest of"]);
    empty.roll_out(&all[..all.len() - 9]).assert_refused(&["no digest of"]);
    empty.roll_out(&all.replace("/auth ", "/auht ")).assert_refused(&["no image of production", "/auht"]);
    empty.roll_out(&list(&["auth", "client"])).assert_refused(&["Nothing was applied", "/tickets", &open]);
    let by_tag = shop.replace(&format!("/orders@{}", running("orders")), "/orders:0.1.0");
    Cluster { runs: by_tag, fails: "" }.roll_out("").assert_refused(&["Nothing was applied", "/orders"]);
    let of_two_releases = shop.replacen(&running(last), &pushed(last), 1);
    Cluster { runs: of_two_releases, fails: "" }.roll_out("").assert_refused(&["Nothing was applied", &open]);
    let silent = Cluster { fails: "get deployments,cronjobs", ..Cluster::with_a_shop() };
    silent.roll_out(&all).assert_refused(&[]);
}

#[test]
fn a_failed_roll_out_undoes_the_deployments_that_it_changed() {
    // While it waits, applies, or lists what to wait for; also if there are no events.
    for fails in ["rollout status deployment.apps/", "rollout status deployment.apps/|get (pods|events)", "output name"]
    {
        let done = Cluster { fails, ..Cluster::with_a_shop() }.roll_out(&all());
        done.assert_failed(&[
            "rollout undo deployment/auth-depl --to-revision 1",
            "rollout undo deployment/payments-depl --to-revision 1",
            "Runs again as before: auth-depl payments-depl\n",
        ]);
        assert!(!done.calls.contains("undo deployment/orders-depl"), "{}", done.calls);
        assert!(!done.stderr.contains("NOT"), "{}", done.stderr);
    }
    let done = Cluster { fails: "apply", ..Cluster::with_a_shop() }.roll_out(&all());
    done.assert_failed(&["No program that ran before had changed"]);
}

#[test]
fn a_deployment_that_could_not_be_undone_is_named() {
    for fails in ["status deployment.apps/|undo deployment/auth", "status deployment.apps/|status deployment/auth"] {
        Cluster { fails, ..Cluster::with_a_shop() }.roll_out(&all()).assert_failed(&[
            "rollout undo deployment/payments-depl",
            "Runs again as before: payments-depl\n",
            "Does NOT run again as before: auth-depl\n",
        ]);
    }
}

/// The lists of services in a script or a workflow: `for service in auth tickets …`.
fn lists(text: &str) -> Vec<Vec<&str>> {
    let lines = text.lines().filter_map(|line| line.split_once("for service in "));
    lines.map(|(_, list)| list.trim_end_matches("; do").split_whitespace().collect()).collect()
}

#[test]
fn every_script_that_builds_images_builds_all_of_them() {
    for file in [".github/scripts/build-images.sh", ".github/workflows/images.yml"] {
        let text = read(file);
        let mut lists = lists(&text);
        for list in &mut lists {
            list.sort_unstable();
        }
        assert!(matches!(&lists[..], [list] if list.iter().eq(images().keys())), "{file} builds {lists:?}");
    }
    assert_eq!(lists("for service in auth; do"), [["auth"]]);
}
