//! One order, many attempts to pay it.

use common::{events::PaymentCreated, testing::Reply};
use futures::future::join_all;

use super::{Shop, pay};

async fn fifty(shop: &Shop, order: &super::Ordered, tokens: &[&str]) -> Vec<Reply> {
    let second = shop.replica().await;
    let attempts = (0..50).map(|number| {
        let service = if number % 2 == 0 { &shop.service } else { &second };
        let (client, token) = (service.signed_in(&order.buyer), tokens[number % tokens.len()]);
        async move { pay(&client, &order.event.id, token).await }
    });
    join_all(attempts).await
}

/// Leaves out the attempts whose outcome was not known, as another was under way: 503.
fn known(replies: Vec<Reply>) -> Vec<Reply> {
    replies.into_iter().filter(|reply| reply.status != 503).collect()
}

#[tokio::test]
async fn fifty_payments_at_once_charge_once() {
    let shop = Shop::open().await;
    let order = shop.order().await;
    let paid = known(fifty(&shop, &order, &["pm_card_visa"]).await);
    assert!(!paid.is_empty(), "nobody was told that the order is paid");
    let again = shop.pay(&order, "pm_card_visa").await.expect(201).body;
    for reply in paid {
        assert_eq!(reply.expect(201).body, again);
    }
    assert_eq!((shop.ledger(&order).len(), shop.money(&order)), (1, (2000, 0)));
    shop.service.stop().await;
    assert_eq!(shop.env.published::<PaymentCreated>().await.len(), 1);
}

#[tokio::test]
async fn different_cards_at_once_charge_one_of_them() {
    let shop = Shop::open().await;
    let order = shop.order().await;
    let cards = ["pm_card_visa", "pm_card_mastercard", "pm_card_chargeDeclined", "tok_visa", "tok_mastercard"];
    let known = known(fifty(&shop, &order, &cards).await);
    assert!(!known.is_empty(), "nobody was told whether their card was charged");
    for reply in known {
        assert!(matches!(reply.status.as_u16(), 201 | 402), "{} {}", reply.status, reply.body);
    }
    let _ = shop.pay(&order, "pm_card_visa").await.expect(201);
    assert_eq!((shop.ledger(&order).len(), shop.money(&order)), (1, (2000, 0)));
}
