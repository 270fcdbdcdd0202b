use common::{
    api::{OrderId, TicketId},
    events::TicketUpdated,
    testing::{eventually, order_cancelled},
};

use super::{listed, order, show, start};

#[tokio::test]
async fn an_order_holds_its_ticket_until_it_is_cancelled() {
    let (env, service) = start().await;
    let ticket = listed(&service).await;
    let order = order(&ticket, 1);
    env.publish(&order).await;
    let held = env.event::<TicketUpdated>(|event| event.id == ticket.id && event.version.0 == 1).await;
    assert_eq!(held.order_id, Some(order.id.clone()));
    env.publish(&order_cancelled(&order)).await;
    let free = env.event::<TicketUpdated>(|event| event.id == ticket.id && event.version.0 == 2).await;
    assert_eq!(free.order_id, None);
    assert_eq!(show(&service, &ticket.id).await.version.0, 2);
}

#[tokio::test]
async fn cancelling_an_earlier_order_leaves_the_next_order_alone() {
    let (env, service) = start().await;
    let ticket = listed(&service).await;
    let (first, second) = (order(&ticket, 1), order(&ticket, 2));
    env.publish(&first).await;
    eventually("held by the first", async || show(&service, &ticket.id).await.order_id).await;
    env.publish(&second).await;
    eventually("held by the second", async || show(&service, &ticket.id).await.order_id.filter(|id| *id == second.id))
        .await;
    env.publish(&order_cancelled(&first)).await;
    env.all_handled().await;
    assert_eq!(show(&service, &ticket.id).await.order_id, Some(second.id));
}

#[tokio::test]
async fn an_order_whose_cancellation_comes_first_holds_nothing() {
    let (env, service) = start().await;
    let ticket = listed(&service).await;
    let order = order(&ticket, 1);
    env.publish(&order_cancelled(&order)).await;
    eventually("the cancellation is applied", async || (show(&service, &ticket.id).await.version.0 == 1).then_some(()))
        .await;
    env.publish(&order).await;
    env.all_handled().await;
    assert_eq!(show(&service, &ticket.id).await.order_id, None);
}

#[tokio::test]
async fn an_order_on_an_unknown_ticket_is_a_dead_letter_and_blocks_no_other() {
    let (env, service) = start().await;
    let ticket = listed(&service).await;
    let mut lost = order(&ticket, 1);
    lost.ticket.id = TicketId::new();
    env.publish(&lost).await;
    let real: OrderId = {
        let order = order(&ticket, 1);
        env.publish(&order).await;
        order.id
    };
    eventually("the next order is applied", async || {
        show(&service, &ticket.id).await.order_id.filter(|id| *id == real)
    })
    .await;
    let letter = eventually("a dead letter", async || env.dead_letters().await.into_iter().next()).await;
    assert_eq!(letter.service, "tickets-service");
    assert!(letter.reason.contains("unknown ticket"), "{}", letter.reason);
    assert!(letter.payload.contains(lost.id.as_str()), "{}", letter.payload);
}
