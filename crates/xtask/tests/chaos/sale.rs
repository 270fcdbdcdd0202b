//! A sale, and events that cross it.

use common::api::orders::{Order, OrderStatus};
use common::testing::eventually;
use serde_json::json;

use crate::shop::{Shop, becomes, cancel, ended, order, pay, show};

#[tokio::test]
async fn a_ticket_is_sold_by_two_people_who_sign_up() {
    let shop = Shop::open(900, 30).await;
    let gateway = common::testing::Client::new(&shop.stack.url().unwrap());
    let mut people = Vec::new();
    for email in ["seller@example.com", "buyer@example.com"] {
        let reply =
            gateway.post("/api/users/signup", &json!({ "email": email, "password": "password" })).await.expect(201);
        let cookie = reply.headers["set-cookie"].to_str().unwrap();
        let session = cookie.split(';').next().unwrap().strip_prefix("session=").unwrap();
        people.push(gateway.clone().with_cookie("session", session));
    }
    let (seller, buyer) = (&people[0], &people[1]);
    let ticket: common::api::tickets::Ticket =
        seller.post("/api/tickets", &json!({ "title": "Concert", "price": 20.5 })).await.expect(201).read();
    let made: Order = eventually("orders knows the ticket", async || {
        let reply = order(buyer, &ticket.id).await;
        (reply.status == 201).then(|| reply.read())
    })
    .await;
    let paid = eventually("payments knows the order", async || {
        let reply = pay(buyer, &made.id, "pm_card_visa").await;
        (reply.status != 404).then_some(reply)
    })
    .await;
    assert_eq!(paid.expect(201).body["status"], "succeeded");
    becomes(buyer, &made.id, OrderStatus::Complete).await;
    shop.held_by(&ticket.id, Some(&made.id)).await;
    assert_eq!(gateway.get("/api/tickets").await.expect(200).body, json!([]));
    cancel(buyer, &made.id).await.refused(400, &["Cannot cancel a completed order"]);
    shop.audit().await;
    shop.stack.stop().await;
}

#[tokio::test]
async fn an_old_orders_expiry_leaves_the_next_buyers_ticket_sold() {
    let shop = Shop::open(3, 0).await;
    let (_, ticket) = shop.for_sale().await;
    let (first, second) = (shop.somebody(), shop.somebody());
    let cancelled: Order = order(&first, &ticket.id).await.expect(201).read();
    assert_eq!(cancel(&first, &cancelled.id).await.status, 204);
    let bought: Order = order(&second, &ticket.id).await.expect(201).read();
    shop.payable(&bought.id).await;
    let _ = pay(&second, &bought.id, "pm_card_visa").await.expect(201);
    becomes(&second, &bought.id, OrderStatus::Complete).await;

    // A third order expires later: by then the first one's expiry has been handled.
    let (third, last) = shop.ordered().await;
    becomes(&third, &last.id, OrderStatus::Cancelled).await;
    assert_eq!(show(&second, &bought.id).await.status, OrderStatus::Complete);
    shop.held_by(&ticket.id, Some(&bought.id)).await;
    shop.audit().await;
}

#[tokio::test]
async fn the_buyer_pays_the_price_of_the_order_though_the_seller_changes_it() {
    let mut shop = Shop::open(900, 30).await;
    let (seller, ticket) = shop.for_sale().await;
    let buyer = shop.somebody();
    // While NATS is down, tickets does not get the order.
    shop.stack.stores.nats.stop().await;
    let made: Order = order(&buyer, &ticket.id).await.expect(201).read();
    let dearer = json!({ "title": "Concert", "price": 99 });
    let _ = seller.put(&format!("/api/tickets/{}", ticket.id), &dearer).await.expect(200);
    shop.stack.stores.nats.resume().await.unwrap();

    shop.payable(&made.id).await;
    let _ = pay(&buyer, &made.id, "pm_card_visa").await.expect(201);
    let ended = ended(&buyer, &made.id).await;
    assert_eq!((ended.status, ended.ticket.price.cents()), (OrderStatus::Complete, 2000));
    shop.held_by(&ticket.id, Some(&made.id)).await;
    // The ticket shows the price at which it was sold.
    assert_eq!(shop.ticket(&ticket.id).await.price.cents(), 2000);
    shop.audit().await;
}
