use common::api::TicketId;
use common::api::orders::Order;
use common::testing::{Client, eventually};
use serde_json::json;

use super::recipe::{backup, findings, restore, restore_alone};
use crate::shop::{Shop, cancel, order};

async fn reprice(seller: &Client, ticket: &TicketId, dollars: u32) {
    let body = json!({ "title": "Concert", "price": dollars });
    let _ = seller.put(&format!("/api/tickets/{ticket}"), &body).await.expect(200);
}

/// Orders a ticket and pays.
async fn buy(shop: &Shop, buyer: &Client, ticket: &TicketId) -> Order {
    let made: Order = order(buyer, ticket).await.expect(201).read();
    shop.complete(buyer, &made.id).await;
    made
}

#[tokio::test]
async fn restored_tickets_are_held_and_sold_as_their_orders_say() {
    let mut shop = Shop::open(900, 30).await;
    let (_, sold) = shop.for_sale().await;
    let (seller, freed) = shop.for_sale().await;
    let (_, sold_later) = shop.for_sale().await;
    let (_, held) = shop.for_sale().await;
    let (editor, edited) = shop.for_sale().await;
    let before = backup(&shop, "tickets").await;

    let buyer = shop.somebody();
    let paid = buy(&shop, &buyer, &sold.id).await;
    for ticket in [&freed, &sold_later] {
        let dropped: Order = order(&buyer, &ticket.id).await.expect(201).read();
        assert_eq!(cancel(&buyer, &dropped.id).await.status, 204);
    }
    let paid_later = buy(&shop, &buyer, &sold_later.id).await;
    let holding: Order = order(&buyer, &held.id).await.expect(201).read();
    reprice(&editor, &edited.id, 30).await;
    let (_, listed) = shop.for_sale().await;
    let paid_new = buy(&shop, &buyer, &listed.id).await;
    shop.audit().await;

    restore(&mut shop, "tickets", &before).await;
    for (ticket, order, is_sold) in [
        (&sold, Some(&paid), true),
        (&sold_later, Some(&paid_later), true),
        (&listed, Some(&paid_new), true),
        (&held, Some(&holding), false),
        (&freed, None, false),
    ] {
        let ticket = shop.ticket(&ticket.id).await;
        assert_eq!((ticket.order_id.as_ref(), ticket.sold), (order.map(|order| &order.id), is_sold));
    }
    assert_eq!(shop.ticket(&edited.id).await.price.cents(), 3000);
    shop.audit().await;

    // Later changes and sales work.
    reprice(&seller, &freed.id, 25).await;
    eventually("orders knows the price", async || {
        let made: Order = order(&buyer, &freed.id).await.expect(201).read();
        assert_eq!(cancel(&buyer, &made.id).await.status, 204);
        (made.ticket.price.cents() == 2500).then_some(())
    })
    .await;
    let last = buy(&shop, &buyer, &freed.id).await;
    shop.held_by(&freed.id, Some(&last.id)).await;
    shop.audit().await;
}

/// Why recovery takes over the replicas' versions: events with lower versions are
/// stale.
#[tokio::test]
async fn without_recovery_restored_tickets_publish_stale_events_and_the_audit_says_so() {
    let mut shop = Shop::open(900, 30).await;
    let (seller, ticket) = shop.for_sale().await;
    let before = backup(&shop, "tickets").await;
    for dollars in [30, 40] {
        reprice(&seller, &ticket.id, dollars).await;
    }
    let (_, forgotten) = shop.for_sale().await;
    shop.audit().await;

    restore_alone(&mut shop, "tickets", &before).await;
    reprice(&seller, &ticket.id, 50).await;
    let copies = [
        format!(
            "I3 orders' copy of ticket {} is version 2, \"Concert\" for 4000 cents, its owner's version 1, \"Concert\" \
             for 5000 cents",
            ticket.id
        ),
        format!("I3 orders' copy of ticket {} has no owner", forgotten.id),
    ];
    assert_eq!(findings(&shop, 2).await, copies);
    // Both can still be ordered, with the data that orders has.
    let buyer = shop.somebody();
    let made: Order = order(&buyer, &ticket.id).await.expect(201).read();
    assert_eq!(made.ticket.price.cents(), 4000);
    let _ = order(&buyer, &forgotten.id).await.expect(201);
}
