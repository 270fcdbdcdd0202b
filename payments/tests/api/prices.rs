use common::api::Price;
use futures::{StreamExt, stream};

use super::{Ordered, Shop, pay};

/// A sample of one in 997 prices from 0.01 to 1000.00; `common` tests that every one
/// of them survives the wire.
#[tokio::test]
async fn prices_arrive_at_stripe_to_the_cent() {
    let shop = Shop::open().await;
    let expires_at = shop.env.clock.now() + chrono::TimeDelta::minutes(15);
    let prices = (1..=100_000).step_by(997).chain([1, 29, 1999, 2010, 100_000]);
    let orders: Vec<_> =
        prices.map(|cents| (cents, Ordered::new(&Price::from_cents(cents).unwrap().to_string(), expires_at))).collect();
    stream::iter(&orders)
        .for_each_concurrent(8, async |(cents, order)| {
            shop.env.publish(&order.event).await;
            shop.known(order).await;
            let _ = pay(&shop.buyer(order), &order.event.id, "pm_card_visa").await.expect(201);
            assert_eq!(shop.money(order), (*cents, 0));
        })
        .await;
}
