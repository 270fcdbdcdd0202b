use std::fs;

use crate::objects::{kind, lasting, name};
use crate::rendered::{ALL, render};

#[test]
fn every_set_renders_and_has_the_whole_shop() {
    for set in ALL {
        let objects = set.objects();
        let names: Vec<&str> = lasting(&objects).map(|(object, _)| name(object)).collect();
        for program in ["auth", "tickets", "orders", "payments", "expiration", "client"] {
            let deployment = format!("{program}-depl");
            assert!(names.contains(&deployment.as_str()), "{set:?} has no {deployment}: {names:?}");
        }
        assert_eq!(objects.iter().filter(|object| kind(object) == "StatefulSet").count(), 6, "{set:?}: stores");
    }
}

#[test]
fn a_set_that_lacks_a_file_does_not_render() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("kustomization.yaml"), "resources: [gone.yaml]\n").unwrap();
    let error = render(folder.path()).unwrap_err();
    assert!(error.contains("gone.yaml"), "{error}");
}
