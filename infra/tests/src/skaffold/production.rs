//! The profile `prod`, with its patches applied: it builds all that production runs,
//! under the names by which production runs it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Change, config};
use crate::checked::{at, none};
use crate::dockerfile::IMAGES;
use crate::objects::{all_containers, list, our_program, text, workloads};
use crate::rendered::Set;

/// Where the profiles stand, by their name.
fn profile(config: &Value) -> &Value {
    list(config, "/profiles").iter().find(|it| text(it, "/name") == "prod").unwrap_or(&Value::Null)
}

/// The artifacts of the profile. Of patches, those are known that ours has.
fn artifacts(config: &Value) -> Result<Vec<Value>, String> {
    let mut patched = config.clone();
    for patch in list(profile(config), "/patches") {
        let path = text(patch, "/path");
        match text(patch, "/op") {
            "replace" => {
                let place = patched.pointer_mut(path).ok_or(format!("there is no {path} to replace"))?;
                *place = patch["value"].clone();
            }
            "add" => {
                let all = path.strip_suffix("/-").and_then(|path| patched.pointer_mut(path)?.as_array_mut());
                all.ok_or(format!("there is no {path} to add to"))?.push(patch["value"].clone());
            }
            op => return Err(format!("{op} {path} is not known here")),
        }
    }
    Ok(list(&patched, "/build/artifacts").to_vec())
}

fn problems(config: &Value) -> Vec<String> {
    let artifacts = match artifacts(config) {
        Ok(artifacts) => artifacts,
        Err(problem) => return vec![problem],
    };
    let objects = Set::Prod.objects();
    let containers = workloads(&objects).flat_map(|(_, pod)| all_containers(pod));
    let ours = containers.filter(|container| our_program(container).is_some());
    let run: BTreeSet<&str> = ours.filter_map(|it| text(it, "/image").split([':', '@']).next()).collect();
    let built: BTreeSet<&str> = artifacts.iter().map(|artifact| text(artifact, "/image")).collect();
    let mut found = Vec::new();
    if run != built || artifacts.len() != IMAGES.len() {
        found.push(format!("{} images are built, {built:?}, and {run:?} are run", artifacts.len()));
    }
    for artifact in &artifacts {
        let image = text(artifact, "/image");
        let args = "/docker/buildArgs";
        let service = text(artifact, &format!("{args}/SERVICE"));
        let folder = artifact.pointer(&format!("{args}/FOLDER")).and_then(Value::as_str).unwrap_or(service);
        if !image.ends_with(&format!("/{service}")) || !IMAGES.contains(&(service, folder)) {
            found.push(format!("{image}: is built of {service:?} in {folder:?}"));
        }
        if text(artifact, "/docker/dockerfile") != "infra/docker/Dockerfile" {
            found.push(format!("{image}: no recipe"));
        }
    }
    found
}

#[test]
fn the_profile_for_production_builds_all_that_production_runs() {
    none(&problems(&config()));
}

#[test]
fn a_broken_profile_is_found() {
    const PATCHES: &str = "/profiles/1/patches";
    let breaks: [(Change, &str); 6] = [
        (|it| _ = at(it, PATCHES).as_array_mut().unwrap().pop(), "images are built"),
        (|it| _ = at(it, PATCHES).as_array_mut().unwrap().remove(0), "images are built"),
        (|it| at(it, &format!("{PATCHES}/6/value/docker/buildArgs"))["FOLDER"] = "xtask".into(), "is built of"),
        (|it| at(it, &format!("{PATCHES}/6/value/docker"))["dockerfile"] = "Dockerfile".into(), "no recipe"),
        (|it| at(it, &format!("{PATCHES}/0"))["path"] = "/build/artifacts/9/image".into(), "to replace"),
        (|it| at(it, &format!("{PATCHES}/0"))["value"] = "registry.example/auth".into(), "images are built"),
    ];
    let config = config();
    for (change, said) in breaks {
        let mut broken = config.clone();
        change(&mut broken);
        let found = problems(&broken);
        assert!(found.iter().any(|problem| problem.contains(said)), "not {said:?} but {found:?}");
    }
}
