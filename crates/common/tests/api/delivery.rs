use common::{
    events::TicketCreated,
    messaging::{Failure, Outcome},
    testing::{TestEnv, eventually, ticket_created},
};
use futures::future::join_all;

use super::{Counter, accept, listen};

fn succeeds_at_the_third_call(call: i64) -> Outcome {
    if call < 3 { Err(Failure::retry("not yet")) } else { Ok(()) }
}

#[allow(clippy::unnecessary_wraps, reason = "a Reaction")]
fn panics_once(call: i64) -> Outcome {
    assert!(call > 1, "on purpose");
    Ok(())
}

#[tokio::test]
async fn an_event_published_before_its_first_listener_started_is_delivered() {
    let env = TestEnv::new().await;
    let ticket = ticket_created("1");
    env.publish(&ticket).await;
    let counter = Counter::new(accept);
    let _service = listen(&env, counter.clone()).await;
    counter.called(&ticket.id).await;
}

#[tokio::test]
async fn duplicates_are_dropped_when_published() {
    let env = TestEnv::new().await;
    let ticket = ticket_created("1");
    for _ in 0..3 {
        env.publish(&ticket).await;
    }
    assert_eq!(env.published::<TicketCreated>().await, [ticket]);
}

#[tokio::test]
async fn replicas_share_the_messages() {
    let env = TestEnv::new().await;
    let (first, second) = (Counter::new(accept), Counter::new(accept));
    let _services = (listen(&env, first.clone()).await, listen(&env, second.clone()).await);
    let tickets: Vec<_> = (0..100).map(|_| ticket_created("1")).collect();
    join_all(tickets.iter().map(|ticket| env.publish(ticket))).await;
    eventually("each is delivered once", async || {
        let calls = |ticket: &TicketCreated| first.calls(&ticket.id) + second.calls(&ticket.id);
        tickets.iter().all(|ticket| calls(ticket) == 1).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_failed_event_is_delivered_again_until_it_succeeds() {
    for (reaction, calls) in [(succeeds_at_the_third_call as super::Reaction, 3), (panics_once, 2)] {
        let env = TestEnv::new().await;
        let counter = Counter::new(reaction);
        let service = listen(&env, counter.clone()).await;
        let ticket = ticket_created("1");
        env.publish(&ticket).await;
        eventually("delivered again", async || (counter.calls(&ticket.id) == calls).then_some(())).await;
        service.stop().await;
        assert!(env.dead_letters().await.is_empty());
    }
}

#[tokio::test]
async fn a_stopped_service_misses_nothing() {
    let env = TestEnv::new().await;
    let counter = Counter::new(accept);
    listen(&env, counter.clone()).await.stop().await;
    let ticket = ticket_created("1");
    env.publish(&ticket).await;
    let _service = listen(&env, counter.clone()).await;
    counter.called(&ticket.id).await;
}

#[tokio::test]
async fn waiting_for_an_event_finds_earlier_and_later_ones() {
    let env = TestEnv::new().await;
    let (earlier, later) = (ticket_created("1"), ticket_created("2"));
    env.publish(&earlier).await;
    assert_eq!(env.event(|event: &TicketCreated| event.id == earlier.id).await, earlier);
    let waiting = env.event(|event: &TicketCreated| event.id == later.id);
    let (found, ()) = tokio::join!(waiting, async {
        tokio::task::yield_now().await;
        env.publish(&later).await;
    });
    assert_eq!(found, later);
}
