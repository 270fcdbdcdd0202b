use chrono::TimeDelta;
use common::{
    api::{OrderId, orders::Card},
    clock::Clock,
    events::{PaymentCreated, TicketInOrder},
    testing::{eventually, user},
};
use serde_json::{Value, json};

use super::{Ordered, Shop, pay};

#[tokio::test]
async fn a_payment_says_when_and_by_which_card() {
    let shop = Shop::open().await;
    let order = shop.order().await;
    let _ = shop.pay(&order, "pm_card_visa").await.expect(201);
    let event = shop.env.event::<PaymentCreated>(|event| event.order_id == order.event.id).await;
    assert_eq!(event.card, Some(Card { brand: "visa".into(), last4: "4242".into() }));
    let age = Clock::system().now() - event.paid_at.unwrap();
    assert!(age < TimeDelta::minutes(5), "{age}");
}

#[tokio::test]
async fn a_payment_is_charged_and_published_with_its_ticket() {
    let shop = Shop::open().await;
    let order = shop.order().await;
    let reply = shop.pay(&order, "pm_card_visa").await.expect(201);
    let id = reply.body["id"].as_str().unwrap();
    assert_eq!(reply.body, json!({ "id": id, "status": "succeeded" }));
    let event = shop.env.event::<PaymentCreated>(|event| event.order_id == order.event.id).await;
    assert_eq!(event.id.as_str(), id);
    let ticket = &order.event.ticket;
    assert_eq!(event.ticket, TicketInOrder { id: ticket.id.clone(), sequence: ticket.sequence });
    let ledger = shop.ledger(&order);
    assert_eq!((ledger.len(), shop.money(&order)), (1, (2000, 0)));
    assert_eq!(event.stripe_id, ledger[0].id);
    assert_eq!(ledger[0].currency, "usd");
}

#[tokio::test]
async fn paying_again_returns_the_same_answer_and_charges_nothing() {
    let shop = Shop::open().await;
    let order = shop.order().await;
    let first = shop.pay(&order, "tok_visa").await.expect(201).body;
    for token in ["tok_visa", "pm_card_mastercard", "pm_card_chargeDeclined"] {
        assert_eq!(shop.pay(&order, token).await.expect(201).body, first);
    }
    // Also after the order has expired.
    shop.env.clock.advance(TimeDelta::hours(1));
    assert_eq!(shop.pay(&order, "tok_visa").await.expect(201).body, first);
    assert_eq!(shop.money(&order), (2000, 0));
    shop.service.stop().await;
    assert_eq!(shop.env.published::<PaymentCreated>().await.len(), 1);
}

#[tokio::test]
async fn refusals_are_checked_in_the_documented_order() {
    let shop = Shop::open().await;
    let order = shop.order().await;
    let anonymous = shop.service.anonymous();
    anonymous.post("/api/payments", &json!({})).await.refused(401, &["Not authorized"]);
    let buyer = shop.buyer(&order);
    let wrong = buyer.post("/api/payments", &json!({ "token": ["x"], "orderId": "" })).await.expect(400).body;
    let invalid = |field: &str| json!({ "message": "Invalid value", "field": field });
    assert_eq!(wrong, json!({ "errors": [invalid("token"), invalid("orderId")] }));
    pay(&buyer, &OrderId::new(), "pm_card_visa").await.refused(404, &["Not Found"]);
    let bad_id: Value = json!({ "token": "pm_card_visa", "orderId": "x" });
    buyer.post("/api/payments", &bad_id).await.refused(404, &["Not Found"]);
    // The order is checked before the token's format.
    pay(&buyer, &"65a000000000000000000001".parse().unwrap(), "dnm").await.refused(404, &["Not Found"]);
    pay(&shop.service.signed_in(&user()), &order.event.id, "dnm").await.refused(401, &["Not authorized"]);
    shop.pay(&order, "dnm").await.refused(400, &["Invalid value"]);

    shop.env.publish(&order.cancelled()).await;
    eventually("cancelled", async || (shop.pay(&order, "pm_card_visa").await.status == 400).then_some(())).await;
    let stranger = shop.service.signed_in(&user());
    pay(&stranger, &order.event.id, "pm_card_visa").await.refused(401, &["Not authorized"]);
    for token in ["pm_card_visa", "dnm"] {
        shop.pay(&order, token).await.refused(400, &["Cannot pay for a cancelled order"]);
    }

    let late = Ordered::new("20", shop.env.clock.now());
    shop.env.publish(&late.event).await;
    shop.known(&late).await;
    shop.pay(&late, "pm_card_visa").await.refused(400, &["Order has expired"]);
    assert_eq!(shop.ledger(&late), []);
}

#[tokio::test]
async fn an_unknown_token_is_refused_and_another_is_accepted() {
    let shop = Shop::open().await;
    let order = shop.order().await;
    for unknown in ["pm_unknown", "tok_unknown"] {
        let reply = shop.pay(&order, unknown).await.expect(400);
        assert_eq!(reply.body["errors"][0]["field"], "token", "{}", reply.body);
    }
    let _ = shop.pay(&order, "pm_card_visa").await.expect(201);
}

#[tokio::test]
async fn an_expired_order_is_not_charged() {
    let shop = Shop::open().await;
    let (untouched, declined) = (shop.order().await, shop.order().await);
    shop.pay(&declined, "pm_card_chargeDeclined").await.refused(402, &["Your card was declined."]);
    shop.env.clock.advance(TimeDelta::minutes(15));
    for order in [&untouched, &declined] {
        shop.pay(order, "pm_card_visa").await.refused(400, &["Order has expired"]);
        assert_eq!(shop.money(order), (0, 0));
    }
}
