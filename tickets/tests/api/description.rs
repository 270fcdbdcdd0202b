use common::testing::check_endpoints;

use crate::start;

#[tokio::test]
async fn the_readme_lists_every_endpoint_with_its_statuses() {
    let (_env, service) = start().await;
    check_endpoints(&service, tickets::NAME, include_str!("../../README.md")).await;
}
