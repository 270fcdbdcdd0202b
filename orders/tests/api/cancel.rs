use common::{
    api::{
        OrderId,
        orders::{CancelReason, OrderStatus},
    },
    events::OrderCancelled,
    testing::eventually,
};

use super::{buyer, on_hold, paid, show};

#[tokio::test]
async fn cancelling_is_idempotent() {
    let (env, service, _, client, made) = on_hold().await;
    let path = format!("/api/orders/{}", made.id);
    for _ in 0..2 {
        let reply = client.delete(&path).await;
        assert_eq!((reply.status.as_u16(), reply.body), (204, serde_json::Value::Null));
    }
    let now = show(&client, &made.id).await;
    assert_eq!((now.status, now.reason, now.version.0), (OrderStatus::Cancelled, Some(CancelReason::Buyer), 1));
    service.stop().await;
    assert_eq!(env.published::<OrderCancelled>().await.len(), 1);
}

#[tokio::test]
async fn refusals_are_checked_in_the_documented_order() {
    let (env, service, _, client, made) = on_hold().await;
    let path = format!("/api/orders/{}", made.id);
    service.anonymous().delete(&path).await.refused(401, &["Not authorized"]);
    client.delete(&format!("/api/orders/{}", OrderId::new())).await.refused(404, &["Not Found"]);
    client.delete("/api/orders/x").await.refused(404, &["Not Found"]);
    buyer(&service).delete(&path).await.refused(401, &["Not authorized"]);

    env.publish(&paid(&made)).await;
    eventually("the order is paid", async || {
        (show(&client, &made.id).await.status == OrderStatus::Complete).then_some(())
    })
    .await;
    client.delete(&path).await.refused(400, &["Cannot cancel a completed order"]);
}
