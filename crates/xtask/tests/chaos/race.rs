//! Many requests at once, through the gateway and to a second replica past it.

use common::api::orders::{Order, OrderStatus};
use common::testing::user;
use futures::future::join_all;

use crate::shop::{Shop, becomes, cancel, ended, order, pay};

#[tokio::test]
async fn of_200_buyers_at_two_replicas_one_gets_the_ticket() {
    let shop = Shop::open(900, 30).await;
    let second = shop.stack.replica("orders", 2).await.unwrap();
    let (_, ticket) = shop.for_sale().await;
    let urls = [shop.stack.url().unwrap(), second.url()];
    let buyers: Vec<_> = urls.iter().cycle().take(200).map(|url| shop.client(&user(), url)).collect();
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
async fn of_50_payments_at_two_replicas_one_charges_the_card() {
    let shop = Shop::open(900, 30).await;
    let second = shop.stack.replica("payments", 2).await.unwrap();
    let user = user();
    let made = shop.ordered_by(&user).await;
    let replicas = [shop.stack.url().unwrap(), second.url()].map(|url| shop.client(&user, &url));
    let attempts = replicas.iter().cycle().take(50).map(|buyer| pay(buyer, &made.id, "pm_card_visa"));
    let (paid, unknown): (Vec<_>, Vec<_>) = join_all(attempts).await.into_iter().partition(|it| it.status == 201);
    assert!(!paid.is_empty(), "nobody was told that the order is paid");
    // While another attempt is under way, its outcome is not known.
    for reply in unknown {
        let _ = reply.expect(503);
    }
    for buyer in &replicas {
        let again = pay(buyer, &made.id, "pm_card_visa").await.expect(201).body;
        assert!(paid.iter().all(|reply| reply.body == again), "more than one payment: {again}");
    }
    becomes(&replicas[0], &made.id, OrderStatus::Complete).await;
    let ledger = common::testing::Client::new(&shop.stack.standin().unwrap().url()).get("/_ledger").await.body;
    assert_eq!(ledger["totals"]["captured"], 2000);
    shop.audit().await;
}

#[tokio::test]
async fn an_order_paid_and_cancelled_at_once_ends_one_way() {
    let shop = Shop::open(900, 30).await;
    let second = shop.stack.replica("orders", 2).await.unwrap();
    let race = async || {
        let user = user();
        let made = shop.ordered_by(&user).await;
        let [paying, cancelling] = [shop.stack.url().unwrap(), second.url()].map(|url| shop.client(&user, &url));
        let (paid, cancelled) = tokio::join!(pay(&paying, &made.id, "pm_card_visa"), cancel(&cancelling, &made.id));
        assert!(matches!(paid.status.as_u16(), 201 | 400 | 503), "{}", paid.body);
        let expected = if cancelled.status == 204 {
            OrderStatus::Cancelled
        } else {
            cancelled.refused(400, &["Cannot cancel a completed order"]);
            OrderStatus::Complete
        };
        assert_eq!(ended(&paying, &made.id).await.status, expected);
    };
    join_all((0..10).map(|_| race())).await;
    shop.audit().await;
}
