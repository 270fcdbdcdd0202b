//! The script that brings images to production, with a kubectl that only notes
//! what it is told. (Rendering is kubectl's own.)

mod cluster;

use xtask::env::workspace_root;

use crate::dockerfile::IMAGES;
use crate::objects::{all_containers, our_program, text, workloads};
use crate::rendered::Set;
use cluster::{Cluster, pushed, running};

/// Where the images are: one line of the workspace says it.
fn registry() -> String {
    let objects = Set::Prod.objects();
    let container = workloads(&objects).flat_map(|(_, pod)| all_containers(pod)).find(|it| our_program(it).is_some());
    text(container.unwrap(), "/image").rsplit_once('/').unwrap().0.to_owned()
}

/// As `build-images.sh` prints them.
fn list(programs: &[&str]) -> String {
    let registry = registry();
    let line = |program: &&str| format!("{program} {registry}/{program} {}\n", pushed(program));
    programs.iter().map(line).collect::<Vec<_>>().concat()
}

fn built() -> String {
    list(&IMAGES.map(|(program, _)| program))
}

#[test]
fn every_program_goes_out_by_the_digest_that_its_push_returned() {
    for cluster in [Cluster::default(), Cluster::with_a_shop()] {
        let done = cluster.roll_out(&built());
        done.assert_applied(pushed);
        assert!(done.calls.contains("rollout status deployment.apps/auth-depl"), "nobody waited:\n{}", done.calls);
        assert!(!done.calls.contains("undo"), "{}", done.calls);
    }
}

#[test]
fn what_the_list_does_not_name_stays_what_runs() {
    let cluster = Cluster::with_a_shop();
    cluster.roll_out("").assert_applied(running);
    let done = cluster.roll_out(&list(&["orders", "xtask"]));
    done.assert_applied(|it| if ["orders", "xtask"].contains(&it) { pushed(it) } else { running(it) });
    // Skaffold writes tag and digest.
    let runs = cluster.runs.replace("/auth@", "/auth:some-tag@");
    Cluster { runs, fails: "" }.roll_out("").assert_applied(running);
}

#[test]
fn what_has_no_digest_does_not_go_out() {
    let nothing = Cluster::default();
    nothing.roll_out(&built().replace("sha256:", "latest:")).assert_refused(&["no digest of"]);
    nothing.roll_out(&built()[..built().len() - 9]).assert_refused(&["no digest of", "/xtask"]);
    nothing.roll_out(&built().replace("/auth ", "/auht ")).assert_refused(&["no image of production", "/auht"]);
    nothing.roll_out(&list(&["auth", "client"])).assert_refused(&["Nothing was applied", "/tickets", "/xtask"]);
    let shop = Cluster::with_a_shop().runs;
    let by_tag = shop.replace(&format!("/orders@{}", running("orders")), "/orders:0.1.0");
    Cluster { runs: by_tag, fails: "" }.roll_out("").assert_refused(&["Nothing was applied", "/orders"]);
    let of_two_releases = shop.replacen(&running("xtask"), &pushed("xtask"), 1);
    Cluster { runs: of_two_releases, fails: "" }.roll_out("").assert_refused(&["Nothing was applied", "/xtask"]);
    let silent = Cluster { fails: "get deployments,cronjobs", ..Cluster::with_a_shop() };
    silent.roll_out(&built()).assert_refused(&[]);
}

#[test]
fn a_rollout_that_fails_is_taken_back_where_it_changed_something() {
    // Waiting for it, applying it, asking what there is to wait for; and whatever the
    // events are.
    for fails in ["rollout status deployment.apps/", "rollout status deployment.apps/|get (pods|events)", "output name"]
    {
        let done = Cluster { fails, ..Cluster::with_a_shop() }.roll_out(&built());
        assert!(!done.content);
        for program in ["auth", "payments"] {
            let undo = format!("rollout undo deployment/{program}-depl --to-revision 1");
            assert!(done.calls.contains(&undo), "{fails}: {}", done.calls);
        }
        assert!(!done.calls.contains("undo deployment/orders-depl"), "{}", done.calls);
        assert!(done.said.contains("Runs again as before: auth-depl payments-depl\n"), "{}", done.said);
        assert!(!done.said.contains("NOT"), "{}", done.said);
    }
    let done = Cluster { fails: "apply", ..Cluster::with_a_shop() }.roll_out(&built());
    assert!(!done.content && done.said.contains("No program that ran before had changed"), "{}", done.said);
}

#[test]
fn what_could_not_be_taken_back_is_named() {
    for fails in ["status deployment.apps/|undo deployment/auth", "status deployment.apps/|status deployment/auth"] {
        let done = Cluster { fails, ..Cluster::with_a_shop() }.roll_out(&built());
        assert!(!done.content);
        assert!(done.calls.contains("rollout undo deployment/payments-depl"), "gave up: {}", done.calls);
        assert!(done.said.contains("Runs again as before: payments-depl\n"), "{}", done.said);
        assert!(done.said.contains("Does NOT run again as before: auth-depl\n"), "{}", done.said);
    }
}

/// The lists of services in a script or a workflow: `for service in auth tickets …`.
fn lists(text: &str) -> Vec<Vec<&str>> {
    let lines = text.lines().filter_map(|line| line.split_once("for service in "));
    lines.map(|(_, list)| list.trim_end_matches("; do").split_whitespace().collect()).collect()
}

#[test]
fn every_image_is_built_where_images_are_built() {
    let all = IMAGES.map(|(program, _)| program).to_vec();
    for file in [".github/scripts/build-images.sh", ".github/workflows/images.yml"] {
        let text = std::fs::read_to_string(workspace_root().join(file)).unwrap();
        assert_eq!(lists(&text), std::slice::from_ref(&all), "{file}");
    }
    assert_ne!(lists("for service in auth; do"), [all]);
}
