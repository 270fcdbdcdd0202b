//! The programs answer the probes that Kubernetes sends them.

use xtask::build::Programs;
use xtask::stack::{Inventory, Stack, StackOptions};

use crate::probes::http_probes;
use crate::support::prelude::*;
use crate::support::programs::empty_site;

/// The address of each program.
fn addresses(inventory: &Inventory) -> BTreeMap<String, String> {
    let services = inventory.services.iter().map(|(name, address)| (name.clone(), address.url.clone()));
    let client = inventory.client.iter().map(|client| ("client".to_owned(), client.url.clone()));
    services.chain(client).collect()
}

async fn problems(objects: &[Value], addresses: &BTreeMap<String, String>) -> Vec<String> {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut found = Vec::new();
    for (object, container, program) in ours(objects).filter(|(object, _, _)| kind(object) == "Deployment") {
        let address = addresses.get(program).unwrap_or_else(|| panic!("the local stack does not run {program}"));
        // No manifest sets PORT: see `environment`.
        let port = variables(program).remove("PORT");
        for probe in http_probes(container) {
            let place = format!("{}, {}", title(object), probe.kind);
            let status = http.get(format!("{address}{}", probe.path)).send().await.unwrap().status();
            if status != 200 {
                found.push(format!("{place}: {program} answers {} with {status}", probe.path));
            }
            if port != Some(Stated::Default(probe.port.to_string())) {
                found.push(format!("{place}: {program} serves at {port:?}, not at {}", probe.port));
            }
        }
    }
    found
}

#[tokio::test]
async fn every_probe_is_answered_by_its_program() {
    let (folder, site) = (tempfile::tempdir().unwrap(), empty_site());
    let options = StackOptions::new(folder.path().to_owned(), Programs::beside_this_one().unwrap());
    let stack = Stack::start(StackOptions { site: Some(site.path().to_owned()), ..options }).await.unwrap();
    let addresses = addresses(&stack.inventory());
    assert_eq!(addresses.len(), 6, "{addresses:?}");
    for set in APPLIED {
        none(set, &problems(set.objects(), &addresses).await);
    }
    for program in addresses.keys() {
        for (field, message) in [("path /readyz/or/not", "/readyz/or/not with 404"), ("port 9090", "not at")] {
            let change = format!("Deployment/{program}-depl c0/readinessProbe/httpGet/{field}");
            let copy = broken(Set::Dev.objects(), &change).unwrap();
            found(&change, message, &problems(&copy, &addresses).await);
        }
    }
    stack.stop().await;
}
