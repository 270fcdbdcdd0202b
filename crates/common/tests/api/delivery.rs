use common::{
    events::TicketCreated,
    messaging::{Failure, Metadata, Outcome},
    testing::{TestEnv, eventually, ticket_created},
};
use futures::future::join_all;

use super::{Ear, take};

fn third_time_lucky(_: &TicketCreated, metadata: &Metadata) -> Outcome {
    if metadata.delivered < 3 { Err(Failure::retry("not yet")) } else { Ok(()) }
}

#[allow(clippy::unnecessary_wraps, reason = "a Reaction")]
fn panics_once(_: &TicketCreated, metadata: &Metadata) -> Outcome {
    assert!(metadata.delivered > 1, "on purpose");
    Ok(())
}

#[tokio::test]
async fn what_was_published_before_anybody_listened_is_heard() {
    let env = TestEnv::new().await;
    let ticket = ticket_created("1");
    env.publish(&ticket).await;
    let ear = Ear::new(take);
    let _service = ear.listen(&env).await;
    eventually("heard", async || (ear.heard(&ticket.id) == 1).then_some(())).await;
}

#[tokio::test]
async fn publishing_twice_is_publishing_once() {
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
    let (first, second) = (Ear::new(take), Ear::new(take));
    let _services = (first.listen(&env).await, second.listen(&env).await);
    let tickets: Vec<_> = (0..100).map(|_| ticket_created("1")).collect();
    join_all(tickets.iter().map(|ticket| env.publish(ticket))).await;
    eventually("all are heard", async || {
        let heard = |ticket: &TicketCreated| first.heard(&ticket.id) + second.heard(&ticket.id);
        tickets.iter().all(|ticket| heard(ticket) == 1).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_failed_message_comes_again_until_it_is_taken() {
    for reaction in [third_time_lucky, panics_once] {
        let env = TestEnv::new().await;
        let ear = Ear::new(reaction);
        let service = ear.listen(&env).await;
        let ticket = ticket_created("1");
        env.publish(&ticket).await;
        eventually("heard again", async || (ear.heard(&ticket.id) > 1).then_some(())).await;
        service.stop().await;
        assert!(env.dead_letters().await.is_empty());
    }
}

#[tokio::test]
async fn a_stopped_service_misses_nothing() {
    let env = TestEnv::new().await;
    let ear = Ear::new(take);
    ear.listen(&env).await.stop().await;
    let ticket = ticket_created("1");
    env.publish(&ticket).await;
    let _service = ear.listen(&env).await;
    eventually("heard", async || (ear.heard(&ticket.id) == 1).then_some(())).await;
}
