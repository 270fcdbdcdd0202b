//! What Kubernetes asks our programs, they answer: the whole shop is started, and
//! each probe of each Deployment is put to its program.

use std::collections::BTreeMap;

use serde_json::Value;
use xtask::build::Programs;
use xtask::stack::{Inventory, Stack, StackOptions};

use crate::checked::{at, broken, none};
use crate::objects::{all_containers, lasting, our_program, title};
use crate::probes::asked;
use crate::programs::made_up_site;
use crate::readmes::{Stated, variables};
use crate::rendered::{APPLIED, Set};

/// The address of each program.
fn addresses(inventory: &Inventory) -> BTreeMap<String, String> {
    let services = inventory.services.iter().map(|(name, address)| (name.clone(), address.url.clone()));
    let client = inventory.client.iter().map(|client| ("client".to_owned(), client.url.clone()));
    services.chain(client).collect()
}

async fn problems(objects: &[Value], addresses: &BTreeMap<String, String>) -> Vec<String> {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut found = Vec::new();
    for (object, pod) in lasting(objects) {
        for container in all_containers(pod) {
            let Some(program) = our_program(container) else { continue };
            let Some(address) = addresses.get(program) else {
                found.push(format!("{}: nobody runs {program}", title(object)));
                continue;
            };
            let serves_at = variables(program).remove("PORT");
            for probe in asked(container) {
                let place = format!("{}, {}", title(object), probe.kind);
                let status = http.get(format!("{address}{}", probe.path)).send().await.unwrap().status();
                if status != 200 {
                    found.push(format!("{place}: {program} answers {} with {status}", probe.path));
                }
                // Nothing sets PORT: see `environment`, by which it would be known.
                if serves_at != Some(Stated::Default(probe.port.to_string())) {
                    found.push(format!("{place}: {program} serves at {serves_at:?}, not {}", probe.port));
                }
            }
        }
    }
    found
}

#[tokio::test]
async fn every_probe_is_answered_by_its_program() {
    let (folder, site) = (tempfile::tempdir().unwrap(), made_up_site());
    let options = StackOptions::new(folder.path().to_owned(), Programs::beside_this_one().unwrap());
    let stack = Stack::start(StackOptions { site: Some(site.path().to_owned()), ..options }).await.unwrap();
    let addresses = addresses(&stack.inventory());
    assert_eq!(addresses.len(), 6, "{addresses:?}");
    for set in APPLIED {
        none(&problems(&set.objects(), &addresses).await);
    }
    let objects = Set::Dev.objects();
    for program in addresses.keys() {
        const PROBE: &str = "/spec/template/spec/containers/0/readinessProbe/httpGet/path";
        let wrong = |it: &mut Value| *at(it, PROBE) = "/readyz/or/not".into();
        let found = problems(&broken(&objects, &format!("Deployment/{program}-depl"), wrong), &addresses).await;
        assert!(found.iter().any(|it| it.contains("/readyz/or/not with 404")), "{program}: {found:?}");
    }
    stack.stop().await;
}
