//! Nobody runs what nobody chose.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use xtask::env::workspace_root;

use crate::checked::{Break, at, broken, finds, holds, none};
use crate::objects::{all_containers, our_program, text, title, workloads};
use crate::rendered::{APPLIED, Set};

/// Everything that is wrong with the images of a set.
fn problems(objects: &[Value]) -> Vec<String> {
    let images = || workloads(objects).flat_map(|(object, pod)| all_containers(pod).map(move |it| (object, it)));
    let unpinned = images().filter_map(|(object, container)| {
        let image = text(container, "/image");
        let ours = our_program(container).is_some();
        (!is_pinned(image, ours)).then(|| format!("{}: {image} may be another tomorrow", title(object)))
    });
    let homes: BTreeSet<String> = images()
        .filter_map(|(_, container)| {
            our_program(container)?;
            let image = text(container, "/image");
            let (folder, last) = image.rsplit_once('/')?;
            // A digest names its image alone; tags of one release are the same.
            let tag = if last.contains('@') { "" } else { last.split_once(':').map_or("", |(_, tag)| tag) };
            Some(format!("{folder} {tag}"))
        })
        .collect();
    let many = (homes.len() > 1).then(|| format!("our images are not of one place and release: {homes:?}"));
    unpinned.chain(many).collect()
}

/// By a digest, or by a tag that tells the whole version. Ours may have any name
/// but `latest`: it is for whoever builds them to choose.
fn is_pinned(image: &str, ours: bool) -> bool {
    if let Some((_, digest)) = image.split_once('@') {
        return digest.strip_prefix("sha256:").is_some_and(|hex| hex.len() == 64);
    }
    let last = image.rsplit('/').next().unwrap_or(image);
    match last.split_once(':') {
        None | Some((_, "" | "latest")) => false,
        Some((_, tag)) => ours || is_whole_version(tag),
    }
}

/// What stands in production's set where a digest belongs; roll-out.sh knows it, too.
const OPEN: &str = "rolled-out-by-digest";

/// Images of ours that production would take by the name of a release. Nothing is
/// pushed under such a name.
fn released(objects: &[Value]) -> Vec<String> {
    let containers = workloads(objects).flat_map(|(object, pod)| all_containers(pod).map(move |it| (object, it)));
    let ours = containers.filter(|(_, container)| our_program(container).is_some());
    let named = ours.filter(|(_, container)| !text(container, "/image").ends_with(&format!(":{OPEN}")));
    named.map(|(object, it)| format!("{}: nobody pushes {}", title(object), text(it, "/image"))).collect()
}

#[test]
fn production_says_that_digests_belong_to_our_images() {
    holds(&[Set::Prod, Set::ProdWithAll], released);
    let breaks: &[Break] = &[(
        "Deployment/auth-depl",
        |it| *at(it, "/spec/template/spec/containers/0/image") = "example.org/ticketing/auth:0.1.0".into(),
        "nobody pushes",
    )];
    finds(Set::Prod, breaks, released);
    let script = std::fs::read_to_string(workspace_root().join(".github/scripts/roll-out.sh")).unwrap();
    assert!(script.contains(&format!("open={OPEN}\n")), "roll-out.sh looks for another tag");
}

/// `1.2.3`, with or without `v` in front and a flavour behind.
pub fn is_whole_version(tag: &str) -> bool {
    let version = tag.strip_prefix('v').unwrap_or(tag).split('-').next().unwrap_or_default();
    let numbers: Vec<&str> = version.split('.').collect();
    numbers.len() == 3 && numbers.iter().all(|number| number.parse::<u32>().is_ok())
}

#[test]
fn every_image_is_pinned_and_ours_come_from_one_place() {
    holds(&APPLIED, problems);
}

#[test]
fn an_image_that_may_change_is_found() {
    const IMAGE: &str = "/spec/template/spec/containers/0/image";
    let breaks: &[Break] = &[
        ("Deployment/auth-depl", |it| *at(it, IMAGE) = "ticketing/auth:latest".into(), "may be another"),
        ("Deployment/auth-depl", |it| *at(it, IMAGE) = "ticketing/auth".into(), "may be another"),
        ("Deployment/auth-depl", |it| *at(it, IMAGE) = "example.org/ticketing/auth:dev".into(), "not of one place"),
        ("Deployment/auth-depl", |it| *at(it, IMAGE) = "ticketing/auth:other".into(), "not of one place"),
        ("StatefulSet/nats-depl", |it| *at(it, IMAGE) = "nats:2.15".into(), "may be another"),
        ("StatefulSet/nats-depl", |it| *at(it, IMAGE) = "nats@sha256:abc".into(), "may be another"),
        (
            "StatefulSet/auth-mongo-depl",
            |it| *at(it, "/spec/template/spec/initContainers") = json!([{ "image": "mongo" }]),
            "may be another",
        ),
    ];
    finds(Set::Dev, breaks, problems);
}

/// Images that run in more than one version, in one set or in different ones.
fn versions(sets: &[Vec<Value>]) -> Vec<String> {
    let containers = sets.iter().flat_map(|objects| workloads(objects)).flat_map(|(_, pod)| all_containers(pod));
    let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for container in containers.filter(|container| our_program(container).is_none()) {
        let (name, version) = text(container, "/image").split_once([':', '@']).unwrap_or_default();
        found.entry(name).or_default().insert(version);
    }
    found.retain(|_, versions| versions.len() > 1);
    found.into_iter().map(|(name, versions)| format!("{name} runs as {versions:?}")).collect()
}

#[test]
fn every_image_has_one_version_everywhere() {
    let sets = APPLIED.map(Set::objects);
    none(&versions(&sets));
    let broken = broken(&sets[0], "StatefulSet/auth-mongo-depl", |it| {
        *at(it, "/spec/template/spec/containers/0/image") = "mongo:8.0.0".into();
    });
    assert!(versions(&[broken]).iter().any(|problem| problem.starts_with("mongo runs as")));
}
