//! Many at once, through the gateway and several replicas.

use common::api::orders::{Order, OrderStatus};
use futures::future::join_all;

use crate::shop::{Shop, becomes, cancel, order, pay};

#[tokio::test]
async fn of_200_buyers_one_gets_the_ticket() {
    let shop = Shop::open(900, 30).await;
    let (_, ticket) = shop.for_sale().await;
    let buyers: Vec<_> = (0..200).map(|_| shop.somebody()).collect();
    let replies = join_all(buyers.iter().map(|buyer| order(buyer, &ticket.id))).await;
    let (sold, refused): (Vec<_>, Vec<_>) = replies.into_iter().partition(|reply| reply.status == 201);
    assert_eq!(sold.len(), 1);
    for reply in refused {
        reply.refused(400, &["Ticket is already reserved"]);
    }
    let won: Order = sold[0].read();
    shop.held_by(&ticket.id, Some(&won.id)).await;
    shop.audit().await;
}

#[tokio::test]
async fn fifty_payments_at_once_charge_once() {
    let shop = Shop::open(900, 30).await;
    let (buyer, made) = shop.ordered().await;
    let replies = join_all((0..50).map(|_| pay(&buyer, &made.id, "pm_card_visa"))).await;
    let paid = pay(&buyer, &made.id, "pm_card_visa").await.expect(201).body;
    for reply in replies.into_iter().filter(|reply| reply.status != 503) {
        assert_eq!(reply.expect(201).body, paid);
    }
    becomes(&buyer, &made.id, OrderStatus::Complete).await;
    shop.audit().await;
}

#[tokio::test]
async fn paying_and_cancelling_at_once_ends_one_way() {
    let shop = Shop::open(900, 30).await;
    let orders = join_all((0..10).map(|_| shop.ordered())).await;
    let race = async |(buyer, made): &(common::testing::Client, Order)| {
        tokio::join!(pay(buyer, &made.id, "pm_card_visa"), cancel(buyer, &made.id))
    };
    for (paid, cancelled) in join_all(orders.iter().map(race)).await {
        assert!(matches!(paid.status.as_u16(), 201 | 400 | 503), "{}", paid.body);
        assert!(matches!(cancelled.status.as_u16(), 204 | 400), "{}", cancelled.body);
    }
    shop.audit().await;
}
