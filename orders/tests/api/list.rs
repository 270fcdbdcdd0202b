use common::{
    api::orders::Order,
    session::{Keeper, Sessions},
    testing::KEY,
};

use serde_json::json;

use super::{buyer, on_hold, ordered, paid, start, ticket};

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

#[tokio::test]
async fn orders_are_listed_in_pages() {
    let (env, service) = start().await;
    let client = buyer(&service);
    let mut made = Vec::new();
    for _ in 0..5 {
        let ticket = ticket(&env, &service).await;
        made.insert(0, ordered(&client, &ticket.id).await);
    }
    let (mut listed, mut next) = (Vec::<Order>::new(), Some("/api/orders?limit=2".to_owned()));
    let mut sizes = Vec::new();
    while let Some(path) = next {
        let reply = client.get(&path).await.expect(200);
        let page: Vec<Order> = reply.read();
        sizes.push(page.len());
        listed.extend(page);
        let link = reply.headers.get("link").map(|link| link.to_str().unwrap().to_owned());
        next = link.map(|link| link.trim_start_matches('<').split_once(">; rel=\"next\"").unwrap().0.to_owned());
    }
    assert_eq!((listed, sizes), (made, vec![2, 2, 1]));
    client.get("/api/orders?limit=0").await.refused(400, &["limit must be between 1 and 200"]);
    client.get("/api/orders?after=x").await.refused(400, &["after must be an order's id"]);
}

#[tokio::test]
async fn an_unreadable_order_hides_no_other() {
    let (env, service) = start().await;
    let client = buyer(&service);
    let ticket = ticket(&env, &service).await;
    let made = ordered(&client, &ticket.id).await;
    let orders = env.collection("orders").await;
    let newer = bson::doc! { "_id": "ffffffffffffffffffffffff", "userId": &made.user_id, "status": "postponed" };
    orders.insert_one(newer).await.unwrap();
    // An unpublished event of a newer program does not make its order unreadable.
    let event = bson::doc! { "id": "a", "subject": "order:postponed" };
    let change = bson::doc! { "$push": { "outbox": event } };
    orders.update_one(bson::doc! { "_id": &made.id }, change).await.unwrap();
    let listed: Vec<Order> = client.get("/api/orders").await.expect(200).read();
    assert_eq!(listed, std::slice::from_ref(&made));
    // Neither does it hide the orders on later pages.
    let first = client.get("/api/orders?limit=1").await.expect(200);
    let link = "</api/orders?limit=1&after=ffffffffffffffffffffffff>; rel=\"next\"";
    assert_eq!((first.body, first.headers["link"].to_str().unwrap()), (json!([]), link));
    let next = "/api/orders?limit=1&after=ffffffffffffffffffffffff";
    assert_eq!(client.get(next).await.expect(200).read::<Vec<Order>>(), [made]);
}

#[tokio::test]
async fn a_buyer_is_cleared_once_no_ticket_is_held() {
    let (env, service, _, client, made) = on_hold().await;
    let clearance = async || client.post("/api/orders/clearance", &json!({})).await;
    service.anonymous().post("/api/orders/clearance", &json!({})).await.refused(401, &["Not authorized"]);
    clearance().await.refused(400, &["You hold a ticket that is not paid"]);
    env.publish(&paid(&made)).await;
    env.all_handled().await;
    let statement = clearance().await.expect(200).body["clearance"].as_str().unwrap().to_owned();
    let sessions = Sessions::new(KEY, env.clock.clone());
    assert!(sessions.is_cleared(Keeper::Orders, &made.user_id, &statement));
}
