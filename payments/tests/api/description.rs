use common::testing::check_endpoints;

use crate::Shop;

#[tokio::test]
async fn the_readme_lists_every_endpoint_with_its_statuses() {
    let shop = Shop::open().await;
    check_endpoints(&shop.service, payments::NAME, include_str!("../../README.md")).await;
}
