//! The profile `prod`, with its patches applied, builds what production runs.

use super::{artifact_problems, config};
use crate::support::prelude::*;

fn problems(config: &Value) -> Vec<String> {
    let profile = list(config, "/profiles").iter().find(|it| text(it, "/name") == "prod").unwrap();
    let mut patched = config.clone();
    for patch in list(profile, "/patches") {
        let path = text(patch, "/path");
        match text(patch, "/op") {
            "replace" if patched.pointer(path).is_none() => return vec![format!("there is no {path} to replace")],
            op if op == "replace" || (op == "add" && path.ends_with("/-")) => {
                edit(&mut patched, &format!("{} {}", &path[1..], patch["value"]));
            }
            op => return vec![format!("this test does not know the patch {op} {path}")],
        }
    }
    artifact_problems(list(&patched, "/build/artifacts"), Set::Prod)
}

#[test]
fn the_profile_for_production_builds_what_production_runs() {
    let config = config();
    none("the profile prod", &problems(&config));
    for (change, message) in [
        ("profiles/1/patches/6", "build the images that are run"),
        ("profiles/1/patches/0", "build the images that are run"),
        ("profiles/1/patches/6/value/docker/buildArgs/FOLDER elsewhere", "must not be built of"),
        ("profiles/1/patches/6/value/docker/buildArgs/ORDERS auth", "must be given orders"),
        ("profiles/1/patches/6/value/docker/dockerfile Dockerfile", "build by infra/docker/Dockerfile"),
        ("profiles/1/patches/0/path /build/artifacts/9/image", "to replace"),
        ("profiles/1/patches/0/value registry.example/auth", "build the images that are run"),
    ] {
        let mut broken = config.clone();
        edit(&mut broken, change);
        found(change, message, &problems(&broken));
    }
}
