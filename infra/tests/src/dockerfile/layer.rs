//! The layer of dependencies makes the calls of cargo that the images make, one per
//! package: packages that are compiled together have other features.

use super::recipe::{FILE, instructions};
use crate::support::prelude::*;

const SCRIPT: &str = "infra/docker/compile.sh";
const IMAGE: &str = "infra/docker/image.sh";

/// The programs that the layer compiles by the script.
fn in_the_layer(dockerfile: &str) -> Vec<String> {
    let all = instructions(dockerfile);
    let layer = all.iter().filter(|(word, _)| word == "RUN").find_map(|(_, rest)| rest.split_once(SCRIPT));
    let words = layer.map_or("", |(_, rest)| rest).split_whitespace();
    words.take_while(|word| *word != "&&").map(str::to_owned).collect()
}

fn problems(dockerfile: &str, image: &str, script: &str) -> Vec<String> {
    let layer = in_the_layer(dockerfile);
    let missing = images().keys().filter(|program| !layer.iter().any(|it| it == *program));
    let mut found: Vec<String> = missing.map(|program| format!("the layer must compile {program}")).collect();
    let builds = |text: &str| {
        let lines = text.lines().filter(|line| line.contains("cargo build") || line.contains("cargo run"));
        // The browser's half has a call of its own, which `site` makes.
        lines.filter(|line| !line.contains("--features hydrate")).map(str::to_owned).collect::<Vec<_>>()
    };
    let together = builds(script).into_iter().filter(|line| line.matches("--package").count() != 1);
    found.extend(together.map(|line| format!("one package per call: {line}")));
    let others = builds(dockerfile).into_iter().chain(builds(image));
    found.extend(others.map(|line| format!("compile by {SCRIPT}: {line}")));
    if !image.contains(&format!("sh {SCRIPT} \"$program\"\n")) {
        found.push(format!("{IMAGE} must compile by {SCRIPT}"));
    }
    found
}

#[test]
fn every_image_finds_its_dependencies_compiled() {
    let (dockerfile, image, script) = (read(FILE), read(IMAGE), read(SCRIPT));
    none(FILE, &problems(&dockerfile, &image, &script));
    let layer = format!("sh {SCRIPT} {}", in_the_layer(&dockerfile).join(" "));
    let build = format!("sh {SCRIPT}");
    let without = layer.replace(&format!(" {}", operators()), "");
    for (from, to, message) in [
        (layer.as_str(), "cargo build --release --workspace", "the layer must compile auth"),
        (&layer, "cargo build --release --workspace", "compile by infra/docker/compile.sh"),
        (&layer, &without, "the layer must compile"),
        (&build, "cargo build --package", "image.sh must compile by"),
        ("--package \"$program\"", "--package auth --package orders", "one package per call"),
        ("--package \"$program\"", "--workspace", "one package per call"),
    ] {
        let [dockerfile, image, script] = [&dockerfile, &image, &script].map(|text| text.replace(from, to));
        found(from, message, &problems(&dockerfile, &image, &script));
    }
}
