//! Every image is one that somebody has chosen, and stays that one.

use crate::support::prelude::*;

/// What stands in production's set where roll-out.sh puts a digest.
const OPEN: &str = "rolled-out-by-digest";

/// `1.2.3`, with or without `v` in front and a flavour behind.
pub fn is_whole_version(tag: &str) -> bool {
    let version = tag.strip_prefix('v').unwrap_or(tag).split('-').next().unwrap_or_default();
    let numbers: Vec<&str> = version.split('.').collect();
    numbers.len() == 3 && numbers.iter().all(|number| number.parse::<u32>().is_ok())
}

/// By a digest or by a tag with the whole version. Our own images may have any tag but
/// `latest`.
fn is_pinned(image: &str, ours: bool) -> bool {
    if let Some((_, digest)) = image.split_once('@') {
        return digest.strip_prefix("sha256:").is_some_and(|hex| hex.len() == 64);
    }
    match image.rsplit('/').next().and_then(|last| last.split_once(':')) {
        None | Some((_, "" | "latest")) => false,
        Some((_, tag)) => ours || is_whole_version(tag),
    }
}

/// All images are pinned; our own come from one registry and have one tag.
fn problems(objects: &[Value]) -> Vec<String> {
    let mut found = Vec::new();
    let mut sources = BTreeSet::new();
    for (object, _, container) in every_container(objects) {
        let (image, ours) = (text(container, "/image"), our_program(container).is_some());
        if !is_pinned(image, ours) {
            found.push(format!("{}: pin {image} to a whole version or a digest", title(object)));
        }
        if let Some((folder, last)) = image.rsplit_once('/').filter(|_| ours) {
            // A digest belongs to one image; the tags of a release are the same.
            let tag = if last.contains('@') { "" } else { last.split_once(':').map_or("", |(_, tag)| tag) };
            sources.insert((folder, tag));
        }
    }
    if sources.len() > 1 {
        found.push(format!("our images are of several registries or releases: {sources:?}"));
    }
    found
}

#[test]
fn every_image_is_pinned_and_ours_are_of_one_release() {
    const BREAKS: &[Break] = &[
        ("Deployment/auth-depl c0/image ticketing/auth:latest", "pin ticketing/auth:latest"),
        ("Deployment/auth-depl c0/image ticketing/auth", "pin ticketing/auth"),
        ("Deployment/auth-depl c0/image example.org/ticketing/auth:dev", "of several"),
        ("Deployment/auth-depl c0/image ticketing/auth:other", "of several"),
        ("StatefulSet/nats-depl c0/image nats:2.15", "pin nats"),
        ("StatefulSet/nats-depl c0/image nats@sha256:abc", "pin nats"),
        ("StatefulSet/auth-mongo-depl i0/image mongo", "pin mongo"),
    ];
    check(&APPLIED, problems, BREAKS);
}

/// Images of ours that production names by anything but the placeholder of a digest.
fn without_placeholder(objects: &[Value]) -> Vec<String> {
    let named = ours(objects).filter(|(_, it, _)| !text(it, "/image").ends_with(&format!(":{OPEN}")));
    named.map(|(object, it, _)| format!("{}: {} must have the tag {OPEN}", title(object), text(it, "/image"))).collect()
}

#[test]
fn production_takes_our_images_by_digest_alone() {
    const BREAKS: &[Break] = &[("Deployment/auth-depl c0/image example.org/ticketing/auth:0.1.0", "must have the tag")];
    check(&PRODUCTION, without_placeholder, BREAKS);
    assert!(read(".github/scripts/roll-out.sh").contains(&format!("open={OPEN}\n")), "roll-out.sh has another tag");
}

/// Images of others that run in several versions.
fn versions(sets: &[&[Value]]) -> Vec<String> {
    let containers = sets.iter().flat_map(|objects| every_container(objects)).map(|(_, _, container)| container);
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for container in containers.filter(|container| our_program(container).is_none()) {
        let (name, version) = text(container, "/image").split_once([':', '@']).unwrap_or_default();
        versions.entry(name).or_default().insert(version);
    }
    versions.retain(|_, versions| versions.len() > 1);
    versions.into_iter().map(|(name, versions)| format!("{name} runs as {versions:?}")).collect()
}

#[test]
fn every_image_has_one_version_everywhere() {
    none("all sets", &versions(&APPLIED.map(Set::objects)));
    let change = "StatefulSet/auth-mongo-depl c0/image mongo:8.0.0";
    found(change, "mongo runs as", &versions(&[&broken(Set::Dev.objects(), change).unwrap()]));
}
