use common::api::OrderId;

use super::{buyer, ordered, show, start, ticket};

#[tokio::test]
async fn only_the_buyer_sees_an_order() {
    let (env, service) = start().await;
    let ticket = ticket(&env, &service).await;
    let client = buyer(&service);
    let made = ordered(&client, &ticket.id).await;
    assert_eq!(show(&client, &made.id).await, made);
    let path = format!("/api/orders/{}", made.id);
    service.anonymous().get(&path).await.refused(401, &["Not authorized"]);
    buyer(&service).get(&path).await.refused(401, &["Not authorized"]);
    for unknown in [OrderId::new().as_str(), "x", "%00"] {
        service.anonymous().get(&format!("/api/orders/{unknown}")).await.refused(401, &["Not authorized"]);
        client.get(&format!("/api/orders/{unknown}")).await.refused(404, &["Not Found"]);
    }
}
