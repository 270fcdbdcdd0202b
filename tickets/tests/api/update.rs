use common::{
    api::TicketId,
    events::TicketUpdated,
    testing::{eventually, user},
};
use futures::future::join_all;
use serde_json::json;

use super::{list, order, show, start};

#[tokio::test]
async fn the_seller_can_change_title_and_price() {
    let (env, service) = start().await;
    let seller = user();
    let ticket = list(&service, &seller, "Concert").await;
    let path = format!("/api/tickets/{}", ticket.id);
    let body = json!({ "title": "Gala", "price": 25.75 });
    let updated = service.signed_in(&seller).put(&path, &body).await.expect(200).body;
    let expected = json!({ "id": ticket.id, "title": "Gala", "price": 25.75, "userId": seller.id, "version": 1 });
    assert_eq!(updated, expected);
    let event = env.event::<TicketUpdated>(|event| event.id == ticket.id).await;
    assert_eq!(serde_json::to_value(event).unwrap(), expected);
}

#[tokio::test]
async fn refusals_are_checked_in_the_documented_order() {
    let (env, service) = start().await;
    let seller = user();
    let ticket = list(&service, &seller, "Concert").await;
    let path = format!("/api/tickets/{}", ticket.id);
    let (good, bad) = (json!({ "title": "Gala", "price": 1 }), json!({ "price": 1 }));
    let (seller, other) = (service.signed_in(&seller), service.signed_in(&user()));

    service.anonymous().put("/api/tickets/x", &bad).await.refused(401, &["Not authorized"]);
    seller.put("/api/tickets/x", &bad).await.refused(400, &["Title is required"]);
    seller.put("/api/tickets/x", &good).await.refused(404, &["Not Found"]);
    seller.put(&format!("/api/tickets/{}", TicketId::new()), &good).await.refused(404, &["Not Found"]);
    other.put(&path, &good).await.refused(401, &["Not authorized"]);

    env.publish(&order(&ticket, 1)).await;
    eventually("the ticket is held", async || show(&service, &ticket.id).await.order_id).await;
    for client in [&seller, &other] {
        client.put(&path, &good).await.refused(400, &["Cannot edit a reserved ticket"]);
    }
    assert_eq!(show(&service, &ticket.id).await.title, "Concert");
}

#[tokio::test]
async fn racing_edits_each_create_a_version() {
    let (env, service) = start().await;
    let seller = user();
    let ticket = list(&service, &seller, "Concert").await;
    let (client, path) = (service.signed_in(&seller), format!("/api/tickets/{}", ticket.id));
    let edits = (1..=20).map(|price| {
        let (client, path) = (client.clone(), path.clone());
        async move { client.put(&path, &json!({ "title": "Gala", "price": price })).await.expect(200) }
    });
    join_all(edits).await;
    assert_eq!(show(&service, &ticket.id).await.version.0, 20);
    let versions = eventually("each is published once", async || {
        let mut versions: Vec<_> = env.published::<TicketUpdated>().await.iter().map(|event| event.version.0).collect();
        versions.sort_unstable();
        (versions.len() >= 20).then_some(versions)
    })
    .await;
    assert_eq!(versions, (1..=20).collect::<Vec<_>>());
}
