//! Our programs start with what their manifests set, and not with less.

use futures::{StreamExt, stream};
use serde_json::Value;

use crate::checked::none;
use crate::dockerfile;
use crate::objects::{all_containers, lasting, our_program};
use crate::programs::{Env, Outcome, env, made_up_site, outcome};
use crate::readmes::{Stated, variables};
use crate::rendered::Set;

/// Debug builds start slowly.
const AT_A_TIME: usize = 4;

/// What each of our programs gets: from its manifest, and from its image.
fn given(objects: &[Value]) -> Vec<(String, Env)> {
    let containers = lasting(objects).flat_map(|(_, pod)| all_containers(pod));
    let ours = containers.filter_map(|container| Some((our_program(container)?, container)));
    ours.map(|(program, container)| {
        let mut all = dockerfile::environment();
        all.extend(env(container, objects));
        (program.to_owned(), all)
    })
    .collect()
}

/// A program to start, and whether it must.
struct Start {
    program: String,
    env: Env,
    /// What it must then say is missing.
    lacks: Option<String>,
}

/// Starts them, a few at a time, and returns those that did otherwise.
async fn surprises(starts: Vec<Start>, objects: &[Value]) -> Vec<String> {
    let site = made_up_site();
    let surprise = async |Start { program, env, lacks }: Start| {
        let outcome = outcome(&program, env, objects, site.path()).await;
        let is_right = match (&lacks, &outcome) {
            (None, Outcome::Runs) => true,
            (Some(name), Outcome::Ended(said)) => said.contains(&format!("environment variable {name}: must be set")),
            _ => false,
        };
        (!is_right).then(|| format!("{program} without {lacks:?}: {outcome:?}"))
    };
    let all: Vec<Option<String>> = stream::iter(starts).map(surprise).buffer_unordered(AT_A_TIME).collect().await;
    all.into_iter().flatten().collect()
}

#[tokio::test]
async fn every_program_starts_with_what_its_manifest_sets() {
    for set in [Set::Dev, Set::ProdWithAll] {
        let objects = set.objects();
        let whole = given(&objects).into_iter().map(|(program, env)| Start { program, env, lacks: None });
        let whole: Vec<Start> = whole.collect();
        assert_eq!(whole.len(), 6, "{set:?}");
        none(&surprises(whole, &objects).await);
    }
}

/// What the READMEs call required is so, and a program that lacks it says which;
/// what has a default may be left out.
#[tokio::test]
async fn a_program_that_lacks_a_required_variable_does_not_start() {
    let objects = Set::Dev.objects();
    let mut starts = Vec::new();
    for (program, env) in given(&objects) {
        for (name, stated) in variables(&program) {
            let mut env = env.clone();
            let was_set = env.remove(&name).is_some();
            match stated {
                Stated::Required => starts.push(Start { program: program.clone(), env, lacks: Some(name) }),
                Stated::Default(_) if was_set => starts.push(Start { program: program.clone(), env, lacks: None }),
                Stated::Default(_) => {}
            }
        }
    }
    assert!(starts.len() > 20, "only {} variables are known", starts.len());
    none(&surprises(starts, &objects).await);
}
