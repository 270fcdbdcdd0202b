//! The one recipe for all images, against the workspace that it builds.

mod layer;
mod recipe;

use crate::images::is_whole_version;
use crate::support::prelude::*;
pub use recipe::environment;
use recipe::{FILE, copied, instructions, is_sent};

/// An image's sources are copied, sent to the builder, and complete.
fn source_problems(dockerfile: &str, ignore: &str, program: &str, folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    let copied = copied(dockerfile, program, folder);
    for source in &copied {
        if !workspace_root().join(source).exists() {
            found.push(format!("{program}: COPY {source}, which does not exist"));
        } else if !is_sent(ignore, source) {
            found.push(format!("{program}: COPY {source}, which .dockerignore excludes"));
        }
    }
    // The storefront's image also needs the sources of what builds its site.
    let site = if program == "client" { folders_of("site") } else { BTreeSet::default() };
    let needed = folders_of(program).into_iter().chain(site);
    let missing = needed.filter(|folder| !copied.iter().any(|it| it.trim_end_matches('/') == *folder));
    found.extend(missing.map(|folder| format!("{program}: COPY {folder}, with which it is built")));
    let manifests = packages().iter().map(|member| format!("{}/Cargo.toml", member.folder));
    let missing = manifests.filter(|manifest| !copied.contains(manifest));
    found.extend(missing.map(|manifest| format!("{program}: COPY {manifest}, as cargo reads all members")));
    found
}

/// Base images have whole versions, Rust is new enough, and the last stage has a user
/// by number, so that Kubernetes can see that it is not root.
fn stage_problems(dockerfile: &str) -> Vec<String> {
    let mut found = Vec::new();
    let all = instructions(dockerfile);
    let stages: Vec<&str> = all.iter().filter_map(|(_, rest)| Some(rest.split_once(" AS ")?.1)).collect();
    for (_, rest) in all.iter().filter(|(word, _)| word == "FROM") {
        let image = rest.split(' ').next().unwrap_or_default();
        let tag = image.rsplit_once(':').map_or("", |(_, tag)| tag);
        if image != "scratch" && !stages.contains(&image) && !is_whole_version(tag) {
            found.push(format!("FROM {image}: name a whole version"));
        }
        let old = packages().iter().find(|it| image.starts_with("rust:") && version(tag) < version(&it.rust_version));
        found.extend(old.map(|it| format!("FROM {image}: {} needs {}", it.name, it.rust_version)));
    }
    let last = all.iter().rposition(|(word, _)| word == "FROM").unwrap_or(0);
    let user = all[last..].iter().rev().find(|(word, _)| word == "USER").map(|(_, user)| user.split(':'));
    if !user.is_some_and(|mut ids| ids.all(|id| id.parse::<u32>().is_ok_and(|id| id > 0))) {
        found.push("USER must be a number other than root's".to_owned());
    }
    found
}

fn version(text: &str) -> Vec<u32> {
    text.split(['.', '-']).map_while(|part| part.parse().ok()).collect()
}

/// The packages and programs that cargo is told to build and that do not exist.
fn unknown_packages(script: &str) -> Vec<String> {
    let words: Vec<&str> = script.split_whitespace().collect();
    let named = words.windows(2).filter(|pair| ["--package", "-p", "--bin"].contains(&pair[0]));
    let named = named.map(|pair| pair[1].trim_matches('"')).filter(|name| !name.starts_with('$'));
    let is_known = |name: &str| {
        package(name).is_some() || packages().iter().any(|it| it.programs.iter().any(|program| program == name))
    };
    named.filter(|name| !is_known(name)).map(|name| format!("there is no package {name}")).collect()
}

fn problems(dockerfile: &str, ignore: &str) -> Vec<String> {
    let sources = images().iter().flat_map(|(program, folder)| source_problems(dockerfile, ignore, program, folder));
    sources.chain(stage_problems(dockerfile)).chain(unknown_packages(dockerfile)).collect()
}

#[test]
fn the_recipe_copies_all_that_every_image_needs() {
    let (dockerfile, ignore) = (read(FILE), read(".dockerignore"));
    none(FILE, &problems(&dockerfile, &ignore));
    none("compile.sh", &unknown_packages(&read("infra/docker/compile.sh")));
    for (from, to, message) in [
        ("COPY auth/Cargo.toml auth/\n", "", "COPY auth/Cargo.toml, as cargo reads"),
        ("COPY crates/common crates/common\n", "", "COPY crates/common, with which it is built"),
        ("COPY .cargo .cargo", "COPY .cargo2 .cargo", "COPY .cargo2, which does not exist"),
        ("USER 65532:65532", "USER app", "USER must be a number"),
        ("USER 65532:65532", "USER 0", "USER must be a number"),
        ("USER 65532:65532", "", "USER must be a number"),
        ("FROM rust:1.", "FROM rust:0.", "needs 1."),
        ("FROM rust:", "FROM rust:latest-", "name a whole version"),
        ("--package client", "--package cilent", "there is no package cilent"),
    ] {
        assert!(dockerfile.contains(from), "no {from:?} to break");
        found(from, message, &problems(&dockerfile.replace(from, to), &ignore));
    }
    for member in ["orders", "infra/tests/Cargo.toml"] {
        let excluded = problems(&dockerfile, &ignore.replace(&format!("!{member}\n"), ""));
        found(member, "which .dockerignore excludes", &excluded);
    }
}
