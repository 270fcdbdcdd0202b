use chrono::TimeDelta;
use common::{
    api::{
        UserId,
        tickets::{Seller, Selling, Ticket},
    },
    events::{OrderCompleted, OrderRefunded},
    session::{Keeper, Sessions},
    testing::{KEY, eventually, order_completed, user},
};
use serde_json::json;

use super::{list, order, show, start};

#[tokio::test]
async fn sellers_see_their_tickets_by_state_and_what_they_brought() {
    let (env, service) = start().await;
    let seller = user();
    let client = service.signed_in(&seller);
    let mut tickets = Vec::new();
    let over =
        json!({ "title": "over", "price": 20, "startsAt": (env.clock.now() + TimeDelta::hours(1)).to_rfc3339() });
    let _ = client.post("/api/tickets", &over).await.expect(201);
    env.clock.advance(TimeDelta::hours(2));
    for title in ["free", "held", "sold", "sold too", "withdrawn"] {
        tickets.push(list(&service, &seller, title).await);
    }
    list(&service, &user(), "somebody else's").await;
    env.publish(&order(&tickets[1], 1)).await;
    for ticket in &tickets[2..4] {
        let bought = order(ticket, 1);
        env.publish(&bought).await;
        env.publish(&order_completed(&bought)).await;
    }
    let _ = client.delete(&format!("/api/tickets/{}", tickets[4].id)).await.expect(204);
    eventually("held", async || show(&service, &tickets[1].id).await.order_id).await;
    for ticket in &tickets[2..4] {
        eventually("sold", async || show(&service, &ticket.id).await.sold.then_some(())).await;
    }

    let summary: Selling = client.get("/api/tickets/mine/summary").await.expect(200).read();
    assert_eq!(summary, Selling { for_sale: 1, on_hold: 1, sold: 2, earned: "40.00".into() });
    for (state, expected) in [("for-sale", "free"), ("on-hold", "held"), ("sold", "sold too,sold")] {
        let page = client.get(&format!("/api/tickets/mine?state={state}")).await.expect(200);
        let titles: Vec<_> = page.read::<Vec<Ticket>>().into_iter().map(|ticket| ticket.title).collect();
        assert_eq!(titles.join(","), expected, "{state}");
    }
    let page = client.get("/api/tickets/mine?state=sold&limit=1").await.expect(200);
    assert!(page.headers["link"].to_str().unwrap().contains("&state=sold>"), "{:?}", page.headers);
    client.get("/api/tickets/mine?state=gone").await.refused(400, &["state must be for-sale, on-hold or sold"]);

    let nobody = service.signed_in(&user()).get("/api/tickets/mine/summary").await.expect(200);
    assert_eq!(nobody.read::<Selling>(), Selling { earned: "0.00".into(), ..Selling::default() });
    service.anonymous().get("/api/tickets/mine/summary").await.refused(401, &["Not authorized"]);

    let path = format!("/api/tickets/sellers/{}", seller.id);
    assert_eq!(service.anonymous().get(&path).await.expect(200).read::<Seller>().sold, 2);
    service.anonymous().get("/api/tickets/sellers/x").await.refused(404, &["Not Found"]);
    let known: UserId = "65a0000000000000000000ff".parse().unwrap();
    let seller = service.anonymous().get(&format!("/api/tickets/sellers/{known}")).await.expect(200).body;
    assert_eq!(seller, serde_json::json!({ "memberSince": "2024-01-11T14:49:36.000Z", "sold": 0 }));
}

#[tokio::test]
async fn a_seller_is_cleared_once_nothing_is_open() {
    let (env, service) = start().await;
    let seller = user();
    let client = service.signed_in(&seller);
    let clearance = async || client.post("/api/tickets/mine/clearance", &json!({})).await;
    service.anonymous().post("/api/tickets/mine/clearance", &json!({})).await.refused(401, &["Not authorized"]);
    let ticket = list(&service, &seller, "Concert").await;
    clearance().await.refused(400, &["You still have tickets for sale"]);
    let bought = order(&ticket, 1);
    env.publish(&bought).await;
    env.all_handled().await;
    clearance().await.refused(400, &["A buyer is paying for one of your tickets"]);
    env.publish(&order_completed(&bought)).await;
    env.all_handled().await;
    clearance().await.refused(400, &["A buyer still waits for a ticket that you have sold"]);
    let path = format!("/api/tickets/{}/handover", ticket.id);
    let _ = client.put(&path, &json!({ "text": "K7" })).await.expect(204);

    let statement = clearance().await.expect(200).body["clearance"].as_str().unwrap().to_owned();
    let sessions = Sessions::new(KEY, env.clock.clone());
    assert!(sessions.is_cleared(Keeper::Tickets, &seller.id, &statement));
}

#[tokio::test]
async fn nothing_is_owed_for_a_refunded_ticket() {
    let (env, service) = start().await;
    let seller = user();
    let bought = order(&list(&service, &seller, "Concert").await, 1);
    let OrderCompleted { id, version, ticket, .. } = order_completed(&bought);
    env.publish(&bought).await;
    env.publish(&order_completed(&bought)).await;
    env.publish(&OrderRefunded { id, version, amount: None, ticket }).await;
    env.all_handled().await;
    let _ = service.signed_in(&seller).post("/api/tickets/mine/clearance", &json!({})).await.expect(200);
}
