//! Many buyers, one ticket.

use common::{
    api::{TicketId, orders::OrderStatus},
    testing::{Service, TestEnv},
};
use futures::future::join_all;

use super::{buyer, order, start, start_in, ticket};

const BUYERS: usize = 200;

/// Has all buyers order at once, spread over replicas; returns how many succeeded.
async fn rush(replicas: &[&Service], ticket: &TicketId) -> usize {
    let attempts = (0..BUYERS).map(|number| {
        let client = buyer(replicas[number % replicas.len()]);
        async move { order(&client, ticket).await }
    });
    let (sold, refused): (Vec<_>, Vec<_>) = join_all(attempts).await.into_iter().partition(|reply| reply.status == 201);
    for reply in refused {
        reply.refused(400, &["Ticket is already reserved"]);
    }
    sold.len()
}

async fn live_orders(env: &TestEnv, ticket: &TicketId) -> u64 {
    let live = OrderStatus::LIVE.map(OrderStatus::as_str).to_vec();
    let filter = bson::doc! { "ticket.id": ticket, "status": { "$in": live } };
    env.collection("orders").await.count_documents(filter).await.unwrap()
}

#[tokio::test]
async fn one_of_200_racing_buyers_gets_the_ticket() {
    let (env, first) = start().await;
    let second = start_in(&env).await;
    let ticket = ticket(&env, &first).await;
    assert_eq!(rush(&[&first, &second], &ticket.id).await, 1);
    assert_eq!(live_orders(&env, &ticket.id).await, 1);
}

/// Shows that the unique index is what decides the race above.
#[tokio::test]
async fn without_the_unique_index_the_ticket_is_oversold() {
    let (env, first) = start().await;
    let second = start_in(&env).await;
    let ticket = ticket(&env, &first).await;
    env.collection("orders").await.drop_index("ticket.id_1_ticket.sequence_-1").await.unwrap();
    let sold = rush(&[&first, &second], &ticket.id).await;
    assert!(sold > 1, "{sold} sold");
    assert_eq!(live_orders(&env, &ticket.id).await, sold as u64);
}
