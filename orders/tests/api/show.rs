use common::api::OrderId;

use super::{buyer, on_hold, show};

#[tokio::test]
async fn only_the_buyer_sees_an_order() {
    let (_env, service, _, client, made) = on_hold().await;
    assert_eq!(show(&client, &made.id).await, made);
    let path = format!("/api/orders/{}", made.id);
    service.anonymous().get(&path).await.refused(401, &["Not authorized"]);
    buyer(&service).get(&path).await.refused(401, &["Not authorized"]);
    for unknown in [OrderId::new().as_str(), "x", "%00"] {
        service.anonymous().get(&format!("/api/orders/{unknown}")).await.refused(401, &["Not authorized"]);
        client.get(&format!("/api/orders/{unknown}")).await.refused(404, &["Not Found"]);
    }
}
