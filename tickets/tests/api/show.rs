use common::api::TicketId;

use super::{listed, show, start};

#[tokio::test]
async fn everybody_can_see_a_ticket() {
    let (_env, service) = start().await;
    let ticket = listed(&service).await;
    assert_eq!(show(&service, &ticket.id).await, ticket);
}

#[tokio::test]
async fn unknown_tickets_and_paths_are_not_found() {
    let (_env, service) = start().await;
    let client = service.anonymous();
    let unknown = TicketId::new().to_string();
    for id in [unknown.as_str(), "x", "0", "%00", "%ff", "..%2f", "null"] {
        client.get(&format!("/api/tickets/{id}")).await.refused(404, &["Not Found"]);
    }
    for path in ["/", "/api", "/api/ticket", "/api/tickets/", "/api/tickets/a/b"] {
        client.get(path).await.refused(404, &["Not Found"]);
    }
    client.delete("/api/tickets").await.refused(404, &["Not Found"]);
}
