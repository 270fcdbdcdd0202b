//! Every set renders and is complete.

use std::fs;

use crate::support::prelude::*;

#[test]
fn every_set_renders_with_all_programs_and_stores() {
    for set in ALL {
        let objects = set.objects();
        for program in images().keys().filter(|program| **program != operators()) {
            assert!(find(objects, "Deployment", &format!("{program}-depl")).is_some(), "{set:?} has no {program}");
        }
        assert_eq!(of_kind(objects, "StatefulSet").count(), 6, "{set:?} must have six stores");
        assert_eq!(lasting(objects).count(), 12, "{set:?}");
    }
}

#[test]
fn a_set_with_a_missing_file_does_not_render() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("kustomization.yaml"), "resources: [gone.yaml]\n").unwrap();
    let error = render(folder.path()).unwrap_err();
    assert!(error.contains("gone.yaml"), "{error}");
}
