use common::events::TicketCreated;

use super::{listed, start, start_in};

#[tokio::test]
async fn stopping_publishes_what_is_left() {
    let (env, service) = start().await;
    let ticket = listed(&service).await;
    service.stop().await;
    let events = env.published::<TicketCreated>().await;
    assert_eq!(events.into_iter().map(|event| event.id).collect::<Vec<_>>(), [ticket.id]);
}

#[tokio::test]
async fn replicas_publish_an_event_once() {
    let (env, service) = start().await;
    let (_second, _third) = (start_in(&env).await, start_in(&env).await);
    let mut ids = Vec::new();
    for _ in 0..20 {
        ids.push(listed(&service).await.id);
    }
    env.event::<TicketCreated>(|event| event.id == ids[19]).await;
    service.stop().await;
    let mut published: Vec<_> = env.published::<TicketCreated>().await.into_iter().map(|event| event.id).collect();
    published.sort();
    assert_eq!(published, ids);
}
