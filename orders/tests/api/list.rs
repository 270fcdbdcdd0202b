use common::api::orders::Order;

use super::{buyer, ordered, start, ticket};

#[tokio::test]
async fn a_buyer_sees_their_own_orders_newest_first() {
    let (env, service) = start().await;
    let (client, other) = (buyer(&service), buyer(&service));
    let mut made = Vec::new();
    for _ in 0..3 {
        let ticket = ticket(&env, &service).await;
        made.insert(0, ordered(&client, &ticket.id).await);
    }
    let theirs = ticket(&env, &service).await;
    ordered(&other, &theirs.id).await;
    let listed: Vec<Order> = client.get("/api/orders").await.expect(200).read();
    assert_eq!(listed, made);
    service.anonymous().get("/api/orders").await.refused(401, &["Not authorized"]);
}
