use async_nats::jetstream::stream;
use bson::doc;
use common::{
    events::{Event, ExpirationComplete, Subject},
    messaging::OutboxEvent,
    testing::{TestEnv, eventually, ticket_created},
};

use super::{Counter, accept, collection, listen, relay};

async fn config(env: &TestEnv) -> stream::Config {
    let (jetstream, name) = env.broker.raw();
    jetstream.get_stream(&name).await.unwrap().cached_info().config.clone()
}

/// Connects as a starting replica does.
async fn another_replica(env: &TestEnv) {
    let url: String = env.env().required("NATS_URL").unwrap();
    let prefix = env.env().required("EVENTS_PREFIX").unwrap();
    common::messaging::Broker::connect(&url, prefix).await.unwrap();
}

#[tokio::test]
async fn a_deleted_stream_is_recreated_by_relays_and_listeners() {
    let env = TestEnv::new().await;
    let (things, counter) = (collection(&env, "things").await, Counter::new(accept));
    let (outbox, _relay) = relay(&env, &things).await;
    let _listener = listen(&env, counter.clone()).await;
    for round in 0..2 {
        let ticket = ticket_created("1");
        let event = OutboxEvent::new(&ticket, env.clock.now());
        things.insert_one(doc! { "_id": round, "outbox": [event] }).await.unwrap();
        outbox.wake();
        counter.called(&ticket.id).await;
        let (jetstream, name) = env.broker.raw();
        jetstream.delete_stream(&name).await.unwrap();
    }
    eventually("the stream is there", async || {
        let (jetstream, name) = env.broker.raw();
        jetstream.get_stream(&name).await.ok().map(drop)
    })
    .await;
}

#[tokio::test]
async fn dead_letters_are_stored_though_their_stream_was_deleted() {
    let env = TestEnv::new().await;
    let _service = listen(&env, Counter::new(accept)).await;
    let (jetstream, events) = env.broker.raw();
    jetstream.delete_stream(format!("{events}_DEAD")).await.unwrap();
    env.publish_raw(Subject::TicketCreated, b"not json").await;
    eventually("it is stored", async || {
        let letters = common::messaging::DeadLetters::open(&env.broker).await.ok()?.list().await.ok()?;
        (letters.len() == 1).then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_older_release_that_starts_keeps_a_streams_subjects_and_limits() {
    let env = TestEnv::new().await;
    let (jetstream, _) = env.broker.raw();
    let mut changed = config(&env).await;
    // A newer release's subject, and settings of an operator.
    changed.subjects.push(changed.subjects[0].replace("ticket:created", "ticket:archived"));
    changed.max_age = std::time::Duration::from_hours(7 * 24);
    changed.max_bytes = 1 << 30;
    changed.description = Some("Watched by the operators".into());
    jetstream.update_stream(&changed).await.unwrap();
    another_replica(&env).await;
    let now = config(&env).await;
    assert_eq!(now.subjects, changed.subjects);
    assert_eq!(
        (now.max_age, now.max_bytes, now.description),
        (changed.max_age, changed.max_bytes, changed.description)
    );
}

#[tokio::test]
async fn a_newer_release_that_starts_adds_its_subjects() {
    let env = TestEnv::new().await;
    let (jetstream, _) = env.broker.raw();
    let mut older = config(&env).await;
    older.subjects.retain(|subject| !subject.ends_with(ExpirationComplete::SUBJECT.as_str()));
    assert_eq!(older.subjects.len(), Subject::ALL.len() - 1);
    jetstream.update_stream(&older).await.unwrap();
    another_replica(&env).await;
    let now = config(&env).await.subjects;
    assert!(Subject::ALL.iter().all(|subject| now.iter().any(|known| known.ends_with(subject.as_str()))), "{now:?}");
}
