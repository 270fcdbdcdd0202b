//! The one recipe for all images, against the workspace that it builds.

mod layer;
mod recipe;

use std::collections::BTreeSet;

use xtask::env::workspace_root;

use crate::cargo::{folders_of, package, packages};
use crate::checked::none;
use crate::images::is_whole_version;
pub use recipe::environment;
use recipe::{FILE, copied, instructions, is_sent, read};

/// The programs that have an image, with their folders.
pub const IMAGES: [(&str, &str); 7] = [
    ("auth", "auth"),
    ("tickets", "tickets"),
    ("orders", "orders"),
    ("payments", "payments"),
    ("expiration", "expiration"),
    ("client", "client"),
    ("xtask", "crates/xtask"),
];

fn problems(dockerfile: &str, ignore: &str) -> Vec<String> {
    let mut found = Vec::new();
    let all = instructions(dockerfile);
    for (service, folder) in IMAGES {
        let copied = copied(dockerfile, service, folder);
        for source in &copied {
            if !workspace_root().join(source).exists() {
                found.push(format!("{service}: COPY {source}, which is not there"));
            } else if !is_sent(ignore, source) {
                found.push(format!("{service}: COPY {source}, which .dockerignore keeps back"));
            }
        }
        // Sources of what it is built with; and for the storefront, of what builds the site.
        let mut needed: BTreeSet<&str> = folders_of(service);
        if service == "client" {
            needed.extend(folders_of("site"));
        }
        let missing = needed.into_iter().filter(|folder| !copied.iter().any(|it| it.trim_end_matches('/') == *folder));
        found.extend(missing.map(|folder| format!("{service}: is built with {folder}, which is not copied")));
        for member in packages() {
            let manifest = format!("{}/Cargo.toml", member.folder);
            if !copied.contains(&manifest) {
                found.push(format!("{service}: {manifest} is not copied, and cargo wants all members"));
            }
        }
    }
    found.extend(all.iter().filter(|(word, _)| word == "ADD").map(|(_, rest)| format!("ADD {rest}: COPY is enough")));
    let users: Vec<&str> = last_stage(&all).filter(|(word, _)| word == "USER").map(|(_, rest)| rest.as_str()).collect();
    let is_number = |user: &str| user.split(':').all(|id| id.parse::<u32>().is_ok_and(|id| id > 0));
    if !users.last().is_some_and(|user| is_number(user)) {
        found.push(format!("the last stage runs as {users:?}, which is no number but root's"));
    }
    found.extend(bases(&all));
    found
}

fn last_stage(all: &[(String, String)]) -> impl Iterator<Item = &(String, String)> {
    let from = all.iter().rposition(|(word, _)| word == "FROM").unwrap_or(0);
    all[from..].iter()
}

/// Base images have whole versions, and Rust is new enough for the workspace.
fn bases(all: &[(String, String)]) -> Vec<String> {
    let stages: Vec<&str> = all.iter().filter_map(|(_, rest)| rest.split_once(" AS ").map(|(_, name)| name)).collect();
    let mut found = Vec::new();
    for (_, rest) in all.iter().filter(|(word, _)| word == "FROM") {
        let image = rest.split(" AS ").next().unwrap_or_default().trim();
        let tag = image.rsplit_once(':').map_or("", |(_, tag)| tag);
        if image == "scratch" || stages.contains(&image) {
            continue;
        }
        if !is_whole_version(tag) {
            found.push(format!("FROM {image}: not a whole version"));
        }
        let too_old =
            packages().iter().find(|it| image.starts_with("rust:") && version(tag) < version(&it.rust_version));
        found.extend(too_old.map(|it| format!("FROM {image}: {} wants {}", it.name, it.rust_version)));
    }
    found
}

fn version(text: &str) -> Vec<u32> {
    text.split(['.', '-']).map_while(|part| part.parse().ok()).collect()
}

/// The packages and programs that cargo is told to build and that there are not.
fn strangers(script: &str) -> Vec<String> {
    let words: Vec<&str> = script.split_whitespace().collect();
    let told = words.windows(2).filter_map(|pair| match pair[0] {
        "--package" | "-p" | "--bin" => Some(pair[1].trim_matches('"')),
        _ => None,
    });
    let is_known = |name: &&str| {
        package(name).is_some() || packages().iter().any(|it| it.programs.iter().any(|program| program == name))
    };
    told.filter(|name| !name.starts_with('$'))
        .filter(|name| !is_known(name))
        .map(|name| format!("there is no package {name}"))
        .collect()
}

#[test]
fn every_image_is_made_of_what_is_there_and_of_all_that_it_needs() {
    none(&problems(&read(FILE), &read(".dockerignore")));
    for (service, folder) in IMAGES {
        let package = package(service).unwrap_or_else(|| panic!("there is no package {service}"));
        assert_eq!(package.folder, folder);
        assert!(package.programs.contains(&service.to_owned()), "{service} has no program of its name");
    }
}

#[test]
fn the_recipe_builds_packages_that_there_are() {
    for file in [FILE, "infra/docker/compile.sh"] {
        none(&strangers(&read(file)));
    }
    assert_eq!(strangers("cargo build --package auht -p auth").len(), 1);
}

#[test]
fn a_broken_recipe_is_found() {
    let (dockerfile, ignore) = (read(FILE), read(".dockerignore"));
    for (from, to, said) in [
        ("COPY auth/Cargo.toml auth/\n", "", "auth/Cargo.toml is not copied"),
        ("COPY crates/common crates/common\n", "", "is built with crates/common"),
        ("COPY .cargo .cargo", "COPY .cargo2 .cargo", "COPY .cargo2, which is not there"),
        ("USER 65532:65532", "USER app", "no number but root's"),
        ("USER 65532:65532", "USER 0", "no number but root's"),
        ("USER 65532:65532", "", "no number but root's"),
        ("EXPOSE 3000", "ADD https://example.org/x /x", "COPY is enough"),
        ("FROM rust:1.", "FROM rust:0.", "wants 1."),
        ("FROM rust:", "FROM rust:latest-", "not a whole version"),
    ] {
        assert!(dockerfile.contains(from), "no {from} to break");
        let found = problems(&dockerfile.replace(from, to), &ignore);
        assert!(found.iter().any(|problem| problem.contains(said)), "{from} -> {to}: {found:?}");
    }
    let kept_back = problems(&dockerfile, &ignore.replace("!orders\n", ""));
    assert!(kept_back.iter().any(|problem| problem.contains("orders/Cargo.toml, which .dockerignore keeps back")));
}
