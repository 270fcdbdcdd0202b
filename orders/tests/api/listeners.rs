use bson::doc;
use chrono::TimeDelta;
use common::{
    api::{
        OrderId,
        orders::{CancelReason, Card, OrderStatus},
    },
    events::{
        ExpirationComplete, OrderCancelled, OrderCompleted, OrderRefunded, PaymentClosed, PaymentCreated,
        TicketUpdated, TicketWithdrawn,
    },
    testing::{eventually, ticket_created, ticket_updated},
};

use super::{buyer, expired, known, on_hold, order, ordered, paid, refunded, show, start, start_in, ticket};

#[tokio::test]
async fn an_expired_order_is_cancelled() {
    let (env, _service, ticket, client, made) = on_hold().await;
    env.publish(&expired(&made)).await;
    let event = env.event::<OrderCancelled>(|event| event.id == made.id).await;
    assert_eq!((event.version.0, event.ticket.id), (1, ticket.id));
    let now = show(&client, &made.id).await;
    assert_eq!((now.status, now.reason), (OrderStatus::Cancelled, Some(CancelReason::Expired)));
}

#[tokio::test]
async fn an_expired_hold_goes_on_until_payments_closes_the_order() {
    let (env, _service, _, client, made) = on_hold().await;
    env.clock.advance(TimeDelta::hours(1));
    env.publish(&ExpirationComplete { order_id: made.id.clone() }).await;
    // The payment counts although it arrives after the expiry.
    env.publish(&paid(&made)).await;
    env.all_handled().await;
    assert_eq!(show(&client, &made.id).await.status, OrderStatus::Complete);
    assert!(env.published::<OrderCancelled>().await.is_empty());
}

#[tokio::test]
async fn a_partial_refund_shows_its_amount_until_the_rest_is_refunded() {
    let (env, _service, _, client, made) = on_hold().await;
    env.publish(&paid(&made)).await;
    let shown = async |refund| {
        env.publish(&refund).await;
        env.all_handled().await;
        let now = show(&client, &made.id).await;
        (now.refunded, now.refunded_amount.map(|amount| amount.to_string()))
    };
    assert_eq!(shown(refunded(&made, Some("7.50"))).await, (true, Some("7.50".into())));
    // A smaller amount is stale.
    assert_eq!(shown(refunded(&made, Some("5"))).await, (true, Some("7.50".into())));
    assert_eq!(shown(refunded(&made, None)).await, (true, None));
    assert_eq!(shown(refunded(&made, Some("8"))).await, (true, None));
    assert_eq!(show(&client, &made.id).await.status, OrderStatus::Complete);
    // What does not show is not told.
    let told = env.published::<OrderRefunded>().await.into_iter();
    let told: Vec<_> = told.map(|event| event.amount.map(|amount| amount.to_string())).collect();
    assert_eq!(told, [Some("7.50".to_owned()), None]);
}

#[tokio::test]
async fn a_paid_order_says_when_and_by_which_card() {
    let (env, _service, _, client, made) = on_hold().await;
    let card = Card { brand: "visa".into(), last4: "4242".into() };
    let paid_at = "2026-01-31T12:01:00Z".parse().ok();
    env.publish(&PaymentCreated { paid_at, card: Some(card.clone()), ..paid(&made) }).await;
    env.all_handled().await;
    let now = show(&client, &made.id).await;
    assert_eq!((now.status, now.paid_at, now.card), (OrderStatus::Complete, paid_at, Some(card)));
}

#[tokio::test]
async fn a_completed_order_says_to_whom_the_ticket_is_sold() {
    let (env, _service, ticket, _, made) = on_hold().await;
    env.publish(&paid(&made)).await;
    let event = env.event::<OrderCompleted>(|event| event.id == made.id).await;
    assert_eq!((event.version.0, event.user_id, event.ticket.id), (1, made.user_id, ticket.id));
}

#[tokio::test]
async fn a_cancelled_order_is_never_completed() {
    let (env, service, _, client, made) = on_hold().await;
    let _ = client.delete(&format!("/api/orders/{}", made.id)).await.expect(204);
    env.publish(&paid(&made)).await;
    env.all_handled().await;
    service.stop().await;
    assert!(env.published::<OrderCompleted>().await.is_empty());
}

#[tokio::test]
async fn what_an_older_program_completed_and_refunded_is_announced() {
    let (env, service, _, client, made) = on_hold().await;
    env.publish(&paid(&made)).await;
    env.publish(&refunded(&made, Some("7.50"))).await;
    env.event::<OrderRefunded>(|event| event.id == made.id && event.amount.is_some()).await;
    let other = ordered(&client, &ticket(&env, &service).await.id).await;
    service.stop().await;
    // An older program completes one order, and refunds the rest of another.
    let orders = env.collection("orders").await;
    let change = async |id, change| orders.update_one(doc! { "_id": id }, doc! { "$set": change }).await.unwrap();
    change(&other.id, doc! { "status": "complete", "version": 1_i64 }).await;
    change(&made.id, doc! { "refundedCents": null }).await;
    let (first, second) = (start_in(&env).await, start_in(&env).await);
    let event = env.event::<OrderCompleted>(|event| event.id == other.id).await;
    assert_eq!((event.version.0, event.user_id), (1, other.user_id));
    env.event::<OrderRefunded>(|event| event.id == made.id && event.amount.is_none()).await;
    first.stop().await;
    second.stop().await;
}

#[tokio::test]
async fn a_paid_order_never_expires() {
    let (env, service, ticket, client, made) = on_hold().await;
    env.publish(&paid(&made)).await;
    eventually("complete", async || (show(&client, &made.id).await.status == OrderStatus::Complete).then_some(()))
        .await;
    env.publish(&expired(&made)).await;
    env.all_handled().await;
    order(&buyer(&service), &ticket.id).await.refused(400, &["Ticket is already reserved"]);
    service.stop().await;
    assert!(env.published::<OrderCancelled>().await.is_empty());
}

#[tokio::test]
async fn a_late_payment_leaves_the_order_cancelled_and_its_refund_shows() {
    let (env, _service, _, client, made) = on_hold().await;
    env.publish(&expired(&made)).await;
    env.event::<OrderCancelled>(|event| event.id == made.id).await;
    env.publish(&paid(&made)).await;
    env.publish(&refunded(&made, None)).await;
    let now = eventually("refunded", async || Some(show(&client, &made.id).await).filter(|order| order.refunded)).await;
    assert_eq!((now.status, now.version.0), (OrderStatus::Cancelled, 1));
}

#[tokio::test]
async fn the_late_expiry_of_a_cancelled_order_leaves_the_next_order_alone() {
    let (env, service) = start().await;
    let ticket = ticket(&env, &service).await;
    let (first, second) = (buyer(&service), buyer(&service));
    let cancelled = ordered(&first, &ticket.id).await;
    assert_eq!(first.delete(&format!("/api/orders/{}", cancelled.id)).await.status, 204);
    let next = ordered(&second, &ticket.id).await;
    env.publish(&expired(&cancelled)).await;
    env.all_handled().await;
    assert_eq!(show(&second, &next.id).await.status, OrderStatus::Created);
}

#[tokio::test]
async fn ticket_updates_converge_in_any_order() {
    let (env, service) = start().await;
    let ticket = ticket_created("20");
    for version in [3, 1, 2] {
        env.publish(&ticket_updated(&ticket, version, &format!("{version}.50"))).await;
    }
    env.publish(&ticket).await;
    known(&service, &ticket).await;
    let made = eventually("the latest version is known", async || {
        let client = buyer(&service);
        let made = ordered(&client, &ticket.id).await;
        if made.ticket.title.ends_with('3') {
            return Some(made);
        }
        assert_eq!(client.delete(&format!("/api/orders/{}", made.id)).await.status, 204);
        None
    })
    .await;
    assert_eq!(made.ticket.price.cents(), 350);
}

#[tokio::test]
async fn a_withdrawn_ticket_is_not_ordered_and_keeps_the_order_that_it_has() {
    let (env, _service, ticket, client, made) = on_hold().await;
    let TicketUpdated { id, version, title, price, user_id, about, .. } = ticket_updated(&ticket, 1, "20");
    env.publish(&TicketWithdrawn { id, version, title, price, user_id, about }).await;
    env.all_handled().await;
    assert_eq!(show(&client, &made.id).await.status, OrderStatus::Created);
    let _ = client.delete(&format!("/api/orders/{}", made.id)).await.expect(204);
    order(&client, &ticket.id).await.refused(400, &["The ticket has been withdrawn"]);
    // The end of the hold is a later version of the ticket, and it stays withdrawn.
    env.publish(&TicketUpdated { withdrawn: true, ..ticket_updated(&ticket, 3, "20") }).await;
    env.all_handled().await;
    order(&client, &ticket.id).await.refused(400, &["The ticket has been withdrawn"]);
}

#[tokio::test]
async fn an_event_about_an_unknown_order_is_a_dead_letter() {
    let (env, service) = start().await;
    let unknown = PaymentClosed { order_id: OrderId::new() };
    env.publish(&unknown).await;
    let ticket = ticket(&env, &service).await;
    let made = ordered(&buyer(&service), &ticket.id).await;
    env.publish(&expired(&made)).await;
    env.event::<OrderCancelled>(|event| event.id == made.id).await;
    let letter = eventually("it is kept", async || env.dead_letters().await.into_iter().next()).await;
    assert_eq!(letter.reason, format!("unknown order {}", unknown.order_id));
}
