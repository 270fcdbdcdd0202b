use async_nats::jetstream::stream;
use axum::Router;
use bson::{Document, doc};
use common::{
    events::{Event, ExpirationComplete, Subject, TicketCreated},
    messaging::{Listeners, Outbox, OutboxEvent, Relay},
    mongo,
    server::App,
    testing::{TestEnv, eventually, ticket_created},
};

use super::{Ear, take};

async fn config(env: &TestEnv) -> stream::Config {
    let (jetstream, name) = env.broker.raw();
    jetstream.get_stream(&name).await.unwrap().cached_info().config.clone()
}

/// Connects as another replica that starts.
async fn another_replica(env: &TestEnv) {
    let url: String = env.env().required("NATS_URL").unwrap();
    let prefix = env.env().required("EVENTS_PREFIX").unwrap();
    common::messaging::Broker::connect(&url, prefix).await.unwrap();
}

#[tokio::test]
async fn a_deleted_stream_is_made_again_and_used_by_everybody() {
    let env = TestEnv::new().await;
    let database = mongo::connect(env.env().text("MONGO_URI").unwrap()).await.unwrap();
    let things = database.collection::<Document>("things");
    things.create_index(Relay::index()).await.unwrap();
    let (outbox, ear) = (Outbox::default(), Ear::new(take));
    let relay = Relay::new(&things, env.broker.clone(), outbox.clone());
    let listeners = Listeners::new().with(ear.clone());
    let app = App::new("healing", Router::new()).with_listeners(env.broker.clone(), listeners).with_relay(relay);
    let _service = env.start(app).await;
    for round in 0..2 {
        let ticket = ticket_created("1");
        let event = OutboxEvent::new(&ticket, env.clock.now());
        things.insert_one(doc! { "_id": round, "outbox": [event] }).await.unwrap();
        outbox.wake();
        eventually("heard", async || (ear.heard(&ticket.id) == 1).then_some(())).await;
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
async fn dead_letters_are_kept_though_their_stream_was_deleted() {
    let env = TestEnv::new().await;
    let _service = Ear::new(take).listen(&env).await;
    let (jetstream, events) = env.broker.raw();
    jetstream.delete_stream(format!("{events}_DEAD")).await.unwrap();
    env.publish_raw(Subject::TicketCreated, b"not json").await;
    eventually("it is kept", async || {
        let kept = common::messaging::DeadLetters::open(&env.broker).await.ok()?.list().await.ok()?;
        (kept.len() == 1).then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_older_program_that_starts_leaves_a_streams_subjects_and_limits_alone() {
    let env = TestEnv::new().await;
    let (jetstream, _) = env.broker.raw();
    let mut changed = config(&env).await;
    // A newer program's subject, and what an operator has set.
    changed.subjects.push(changed.subjects[0].replace("ticket:created", "ticket:withdrawn"));
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
async fn a_newer_program_that_starts_adds_its_subjects() {
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

#[tokio::test]
async fn the_consumer_of_a_retired_listener_goes_once_no_replica_uses_it() {
    let env = TestEnv::new().await;
    let ear = Ear::new(take);
    let old = ear.listen(&env).await;
    let ticket = ticket_created("1");
    env.publish(&ticket).await;
    eventually("heard", async || (ear.heard(&ticket.id) == 1).then_some(())).await;
    old.stop().await;
    let listeners = Listeners::new().retired("ear-service", TicketCreated::SUBJECT);
    let app = App::new("newer", Router::new()).with_listeners(env.broker.clone(), listeners);
    let _newer = env.start(app).await;
    eventually("the consumer is gone", async || env.broker.backlog().await.unwrap().is_empty().then_some(())).await;
}
