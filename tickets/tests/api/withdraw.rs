use common::{
    api::{TicketId, tickets::Ticket},
    events::{TicketUpdated, TicketWithdrawn},
    testing::{Client, eventually, order_cancelled, order_completed, user},
};
use serde_json::json;

use super::{list, order, show, start};

async fn withdraw(client: &Client, id: &TicketId) -> common::testing::Reply {
    client.delete(&format!("/api/tickets/{id}")).await
}

#[tokio::test]
async fn a_withdrawn_ticket_leaves_the_list_and_stays_to_be_seen() {
    let (env, service) = start().await;
    let seller = user();
    let client = service.signed_in(&seller);
    let ticket = list(&service, &seller, "Concert").await;
    for _ in 0..2 {
        let _ = withdraw(&client, &ticket.id).await.expect(204);
    }
    let now = show(&service, &ticket.id).await;
    assert_eq!((now.withdrawn, now.version.0), (true, 1));
    assert_eq!(client.get("/api/tickets").await.expect(200).read::<Vec<Ticket>>(), []);
    let event = env.event::<TicketWithdrawn>(|event| event.id == ticket.id).await;
    assert_eq!((event.version.0, event.title.as_str(), event.user_id), (1, "Concert", seller.id));
    let edit = json!({ "title": "Gala", "price": 1 });
    let refused = client.put(&format!("/api/tickets/{}", ticket.id), &edit).await;
    refused.refused(400, &["The ticket has been withdrawn"]);
    service.stop().await;
    assert_eq!(env.published::<TicketWithdrawn>().await.len(), 1);
}

#[tokio::test]
async fn refusals_are_checked_in_the_documented_order() {
    let (env, service) = start().await;
    let seller = user();
    let ticket = list(&service, &seller, "Concert").await;
    let (seller, other) = (service.signed_in(&seller), service.signed_in(&user()));
    withdraw(&service.anonymous(), &ticket.id).await.refused(401, &["Not authorized"]);
    seller.delete("/api/tickets/x").await.refused(404, &["Not Found"]);
    withdraw(&seller, &TicketId::new()).await.refused(404, &["Not Found"]);
    let bought = order(&ticket, 1);
    env.publish(&bought).await;
    eventually("the ticket is held", async || show(&service, &ticket.id).await.order_id).await;
    withdraw(&other, &ticket.id).await.refused(401, &["Not authorized"]);
    let reserved = ["Cannot withdraw a reserved ticket"];
    withdraw(&seller, &ticket.id).await.refused(400, &reserved);
    env.publish(&order_completed(&bought)).await;
    eventually("the ticket is sold", async || show(&service, &ticket.id).await.sold.then_some(())).await;
    withdraw(&seller, &ticket.id).await.refused(400, &reserved);
}

/// orders had not received the withdrawal yet: its order counts.
#[tokio::test]
async fn an_order_that_crossed_the_withdrawal_holds_the_ticket_until_it_ends() {
    let (env, service) = start().await;
    let seller = user();
    let ticket = list(&service, &seller, "Concert").await;
    let client = service.signed_in(&seller);
    let _ = withdraw(&client, &ticket.id).await.expect(204);
    let crossed = order(&ticket, 1);
    env.publish(&crossed).await;
    let held = eventually("the ticket is held", async || {
        Some(show(&service, &ticket.id).await).filter(|ticket| ticket.order_id.is_some())
    })
    .await;
    assert!(!held.withdrawn, "a ticket is held or withdrawn, not both");
    // A replica that takes over this version must not offer the ticket again.
    let event = env.event::<TicketUpdated>(|event| event.version == held.version).await;
    assert!(event.withdrawn);

    env.publish(&order_cancelled(&crossed)).await;
    let free = eventually("the ticket is free", async || {
        Some(show(&service, &ticket.id).await).filter(|ticket| ticket.order_id.is_none())
    })
    .await;
    assert!(free.withdrawn);
    assert_eq!(client.get("/api/tickets").await.expect(200).read::<Vec<Ticket>>(), []);
}
