//! Tickets that are withdrawn, and those that hand over what lets one in.

use common::api::orders::{Order, OrderStatus};
use common::testing::eventually;
use futures::future::join_all;
use serde_json::json;

use crate::shop::{Shop, becomes, cancel, ended, order};

#[tokio::test]
async fn a_withdrawal_and_an_order_at_once_end_one_way() {
    let shop = Shop::open(900, 30).await;
    let race = async |number: u64| {
        let (seller, ticket) = shop.for_sale().await;
        let buyer = shop.somebody();
        let path = format!("/api/tickets/{}", ticket.id);
        // Either is a little earlier, by turns.
        let pause = |early: bool| tokio::time::sleep(std::time::Duration::from_millis(if early { 0 } else { number }));
        let (withdrawn, ordered) = tokio::join!(
            async {
                pause(number.is_multiple_of(2)).await;
                seller.delete(&path).await
            },
            async {
                pause(!number.is_multiple_of(2)).await;
                order(&buyer, &ticket.id).await
            },
        );
        if ordered.status == 201 {
            let made: Order = ordered.read();
            shop.held_by(&ticket.id, Some(&made.id)).await;
            assert!(!shop.ticket(&ticket.id).await.withdrawn, "held and withdrawn");
            assert_eq!(cancel(&buyer, &made.id).await.status, 204);
            shop.held_by(&ticket.id, None).await;
            // The seller was told that it is withdrawn, or that it could not be.
            assert_eq!(shop.ticket(&ticket.id).await.withdrawn, withdrawn.status == 204);
        } else {
            ordered.refused(400, &["The ticket has been withdrawn"]);
            let _ = withdrawn.expect(204);
            assert!(shop.ticket(&ticket.id).await.withdrawn);
        }
    };
    join_all((0..12).map(race)).await;
    shop.audit().await;
}

#[tokio::test]
async fn only_a_paid_order_sees_the_handover_also_after_a_crash() {
    let mut shop = Shop::open(4, 0).await;
    let deposit = async |shop: &Shop| {
        let (seller, ticket) = shop.for_sale().await;
        let path = format!("/api/tickets/{}/handover", ticket.id);
        let _ = seller.put(&path, &json!({ "text": "K7-4411" })).await.expect(204);
        (seller, ticket, path)
    };
    let (_, kept, kept_path) = deposit(&shop).await;
    let (_, left, left_path) = deposit(&shop).await;
    let (buyer, stranger) = (shop.somebody(), shop.somebody());
    let bought: Order = order(&buyer, &kept.id).await.expect(201).read();
    let expires: Order = order(&buyer, &left.id).await.expect(201).read();
    buyer.get(&kept_path).await.refused(401, &["Not authorized"]);
    shop.complete(&buyer, &bought.id).await;
    assert_eq!(ended(&buyer, &expires.id).await.status, OrderStatus::Cancelled);
    becomes(&buyer, &bought.id, OrderStatus::Complete).await;

    let tickets = shop.stack.service_mut("tickets").unwrap();
    tickets.kill().await;
    tickets.resume().await.unwrap();
    eventually("tickets knows that it is sold", async || shop.ticket(&kept.id).await.sold.then_some(())).await;
    assert_eq!(buyer.get(&kept_path).await.expect(200).body, json!({ "text": "K7-4411" }));
    buyer.get(&left_path).await.refused(401, &["Not authorized"]);
    stranger.get(&kept_path).await.refused(401, &["Not authorized"]);
    shop.audit().await;
}
