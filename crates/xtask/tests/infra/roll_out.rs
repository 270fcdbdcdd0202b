//! The script that brings images to production, with a kubectl that only notes
//! what it is told. (Rendering is kubectl's own.)

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;
use xtask::env::workspace_root;

use crate::dockerfile::IMAGES;
use crate::objects::{all_containers, our_program, text, workloads};
use crate::rendered::{Set, documents, render};

/// What a roll-out did.
struct Done {
    content: bool,
    /// Each call of kubectl, on a line.
    calls: String,
    /// What was applied, rendered.
    applied: String,
}

/// Where the images are: one line of the workspace says it.
fn registry() -> String {
    let objects = Set::Prod.objects();
    let container = workloads(&objects).flat_map(|(_, pod)| all_containers(pod)).find(|it| our_program(it).is_some());
    text(container.unwrap(), "/image").rsplit_once('/').unwrap().0.to_owned()
}

fn digest(program: &str) -> String {
    format!("sha256:{:0>64}", program.len())
}

fn write_program(folder: &Path, name: &str, script: &str) {
    let file = folder.join(name);
    std::fs::write(&file, format!("#!/bin/bash\n{script}")).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// Runs it on a copy of `infra`, where a rollout goes as told.
fn roll_out(images: &str, rollout_works: bool) -> Done {
    let copy = TempDir::new().unwrap();
    let (root, bin) = (copy.path(), copy.path().join("bin"));
    let mut cp = Command::new("cp");
    assert!(cp.arg("-R").arg(workspace_root().join("infra")).arg(root).status().unwrap().success());
    std::fs::create_dir(&bin).unwrap();
    write_program(&bin, "git", &format!("echo {}", root.display()));
    // Before, auth is at its first revision; once something is applied, at the second.
    let kubectl = format!(
        "cd {}; echo \"$*\" >> calls\n\
         case \"$*\" in\n\
         *'apply --kustomize'*) cp -R \"${{@: -1}}\" infra/applied ;;\n\
         *'--output name'*) echo deployment.apps/auth-depl ;;\n\
         *'get deployments'*) [ -e infra/applied ] && echo auth-depl 2 || echo auth-depl 1; echo orders-depl 1 ;;\n\
         *'rollout status'*) {rollout_works} ;;\n\
         esac\n",
        root.display()
    );
    write_program(&bin, "kubectl", &kubectl);
    std::fs::write(root.join("images"), images).unwrap();
    let mut script = Command::new("bash");
    script.arg(workspace_root().join(".github/scripts/roll-out.sh"));
    script.env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", bin.display()));
    script.stdin(std::fs::File::open(root.join("images")).unwrap()).stdout(Stdio::null()).stderr(Stdio::null());
    let content = script.status().unwrap().success();
    let calls = std::fs::read_to_string(root.join("calls")).unwrap_or_default();
    let applied = render(&root.join("infra/applied")).unwrap_or_default();
    Done { content, calls, applied }
}

/// As `build-images.sh` prints them.
fn built() -> String {
    let registry = registry();
    let line = |(program, _): &(&str, &str)| format!("{program} {registry}/{program} {}\n", digest(program));
    IMAGES.iter().map(line).collect::<Vec<_>>().concat()
}

#[test]
fn every_program_goes_out_by_the_digest_that_its_push_returned() {
    let done = roll_out(&built(), true);
    assert!(done.content, "{}", done.calls);
    let objects = documents(&done.applied);
    let mut seen = 0;
    for container in workloads(&objects).flat_map(|(_, pod)| all_containers(pod)) {
        let Some(program) = our_program(container) else { continue };
        let image = text(container, "/image");
        assert!(image.ends_with(&format!("/{program}@{}", digest(program))), "{image}");
        seen += 1;
    }
    assert!(seen >= 6, "only {seen} containers are ours");
    assert!(done.calls.contains("rollout status deployment.apps/auth-depl"), "nobody waited:\n{}", done.calls);
    assert!(!done.calls.contains("undo"), "{}", done.calls);
}

#[test]
fn a_rollout_that_fails_is_taken_back_where_it_changed_something() {
    let done = roll_out(&built(), false);
    assert!(!done.content);
    assert!(done.calls.contains("rollout undo deployment/auth-depl --to-revision 1"), "{}", done.calls);
    assert!(!done.calls.contains("undo deployment/orders-depl"), "{}", done.calls);
}

#[test]
fn what_has_no_digest_does_not_go_out() {
    let done = roll_out(&built().replace("sha256:", "latest:"), true);
    assert!(!done.content && !done.calls.contains("apply"), "{}", done.calls);
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
