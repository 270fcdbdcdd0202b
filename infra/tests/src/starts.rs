//! The programs start with the environment that their manifests set, and not with less.

use futures::{StreamExt, stream};

use crate::dockerfile;
use crate::support::prelude::*;
use crate::support::programs::{Env, Outcome, empty_site, env, outcome};

/// Debug builds start slowly.
const AT_A_TIME: usize = 4;

/// The environment of each program: from its image and from its manifest.
fn environments(objects: &[Value]) -> Vec<(String, Env)> {
    let ours = ours(objects).filter(|(object, _, _)| kind(object) == "Deployment");
    let of = |(_, container, program): (_, _, &str)| {
        (program.to_owned(), dockerfile::environment().into_iter().chain(env(container, objects)).collect())
    };
    ours.map(of).collect()
}

/// A program to start.
struct Start {
    program: String,
    env: Env,
    /// The variable that it must report as missing; else it must run.
    missing: Option<String>,
}

/// Starts programs, a few at a time, and returns those that did otherwise.
async fn unexpected(starts: Vec<Start>, objects: &[Value]) -> Vec<String> {
    let site = empty_site();
    let start = async |Start { program, env, missing }: Start| {
        let outcome = outcome(&program, env, objects, site.path()).await;
        let expected = match (&missing, &outcome) {
            (None, Outcome::Runs) => true,
            (Some(name), Outcome::Exited(log)) => log.contains(&format!("environment variable {name}: must be set")),
            _ => false,
        };
        (!expected).then(|| format!("{program}, missing {missing:?}: {outcome:?}"))
    };
    let all: Vec<Option<String>> = stream::iter(starts).map(start).buffer_unordered(AT_A_TIME).collect().await;
    all.into_iter().flatten().collect()
}

#[tokio::test]
async fn every_program_starts_with_the_environment_of_its_manifest() {
    for set in [Set::Dev, Set::ProdWithAll] {
        let all = environments(set.objects()).into_iter();
        let starts: Vec<Start> = all.map(|(program, env)| Start { program, env, missing: None }).collect();
        assert_eq!(starts.len(), 6, "{set:?}");
        none(set, &unexpected(starts, set.objects()).await);
    }
}

/// A variable that a README calls required is so, and one with a default may be left out.
#[tokio::test]
async fn a_program_without_a_required_variable_names_it_and_exits() {
    let mut starts = Vec::new();
    for (program, env) in environments(Set::Dev.objects()) {
        for (name, stated) in variables(&program) {
            let mut env = env.clone();
            let was_set = env.remove(&name).is_some();
            let required = stated == Stated::Required;
            if required || was_set {
                starts.push(Start { program: program.clone(), env, missing: required.then_some(name) });
            }
        }
    }
    assert!(starts.len() > 20, "the READMEs state only {} variables", starts.len());
    none("the programs", &unexpected(starts, Set::Dev.objects()).await);
}
