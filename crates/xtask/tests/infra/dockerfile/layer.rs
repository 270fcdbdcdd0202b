//! What the layer of dependencies compiles is what the images compile: the same
//! calls of cargo, each for one package, as together they have other features.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use super::IMAGES;
use super::recipe::{FILE, instructions, read};
use crate::checked::none;

const SCRIPT: &str = "infra/docker/compile.sh";
const IMAGE: &str = "infra/docker/image.sh";

/// The calls of cargo that the script makes for these programs.
fn compiled(script: &str, programs: &[&str]) -> BTreeSet<String> {
    let folder = tempfile::tempdir().unwrap();
    let cargo = folder.path().join("cargo");
    std::fs::write(&cargo, format!("#!/bin/sh\necho \"$*\" >> {}/calls\n", folder.path().display())).unwrap();
    std::fs::set_permissions(&cargo, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:/usr/bin:/bin", folder.path().display());
    let mut sh = Command::new("sh");
    let status = sh.args(["-c", script, "sh"]).args(programs).env("PATH", path).status().unwrap();
    assert!(status.success());
    let calls = std::fs::read_to_string(folder.path().join("calls")).unwrap_or_default();
    calls.lines().map(str::to_owned).collect()
}

/// The programs that the layer compiles by the script.
fn in_the_layer(dockerfile: &str) -> Vec<String> {
    let all = instructions(dockerfile);
    let layer = all.iter().filter(|(word, _)| word == "RUN").find_map(|(_, rest)| rest.split_once(SCRIPT));
    let words = layer.map_or("", |(_, rest)| rest).split_whitespace();
    words.take_while(|word| *word != "&&").map(str::to_owned).collect()
}

fn problems(dockerfile: &str, image: &str, script: &str) -> Vec<String> {
    let mut found = Vec::new();
    let layer = in_the_layer(dockerfile);
    let ready = compiled(script, &layer.iter().map(String::as_str).collect::<Vec<_>>());
    for (program, _) in IMAGES {
        let missing = compiled(script, &[program]).into_iter().filter(|call| !ready.contains(call));
        found.extend(missing.map(|call| format!("{program}: the layer has not compiled {call}")));
    }
    let together = ready.iter().filter(|call| call.matches("--package").count() != 1 || call.contains("--workspace"));
    found.extend(together.map(|call| format!("compiles several together: {call}")));
    // The browser's half is compiled by `site`, so there is one call beside the script's.
    let others = image.lines().chain(dockerfile.lines()).filter(|line| !line.trim_start().starts_with('#'));
    let others = others.filter(|line| line.contains("cargo build") || line.contains("cargo run"));
    let others = others.filter(|line| !line.contains("--features hydrate"));
    found.extend(others.map(|line| format!("past {SCRIPT}: {}", line.trim())));
    if !image.contains(&format!("sh {SCRIPT} \"$program\"\n")) {
        found.push(format!("{IMAGE} does not compile by {SCRIPT}"));
    }
    found
}

#[test]
fn every_image_finds_its_dependencies_compiled() {
    none(&problems(&read(FILE), &read(IMAGE), &read(SCRIPT)));
}

#[test]
fn a_layer_for_others_is_found() {
    let (dockerfile, image, script) = (read(FILE), read(IMAGE), read(SCRIPT));
    let layer = format!("sh {SCRIPT} {}", IMAGES.map(|(program, _)| program).join(" "));
    for (from, to, said) in [
        (layer.as_str(), "cargo build --release --locked --workspace", "auth: the layer has not compiled"),
        (&layer, "cargo build --release --locked --workspace", "past infra/docker/compile.sh"),
        (" ops \\", " \\", "ops: the layer has not compiled"),
        (" client ops", " ops", "--package site"),
    ] {
        assert!(dockerfile.contains(from), "no {from} to break");
        let found = problems(&dockerfile.replace(from, to), &image, &script);
        assert!(found.iter().any(|problem| problem.contains(said)), "{from} -> {to}: {found:?}");
    }
    let apart = problems(&dockerfile, &image.replace(&format!("sh {SCRIPT}"), "cargo build --package"), &script);
    assert!(apart.iter().any(|problem| problem.contains("does not compile by")), "{apart:?}");
    let together = problems(&dockerfile, &image, "cargo build --package auth --package tickets");
    assert!(together.iter().any(|problem| problem.contains("several together")), "{together:?}");
}
