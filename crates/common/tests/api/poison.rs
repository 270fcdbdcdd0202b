use bson::{Bson, doc};
use common::{
    events::TicketCreated,
    messaging::OutboxEvent,
    telemetry,
    testing::{TestEnv, eventually, ticket_created},
};

use super::{collection, relay};

/// More than the relay reads at a time.
const MANY: usize = 300;

fn good(env: &TestEnv) -> (TicketCreated, Bson) {
    let ticket = ticket_created("1");
    let event = OutboxEvent::new(&ticket, env.clock.now());
    (ticket, event.into())
}

/// An event of a kind that no stream accepts, by a newer release.
fn unknown_kind(number: usize) -> Bson {
    doc! { "id": format!("a:{number}"), "subject": "ticket:archived", "payload": "{}", "time": bson::DateTime::now() }
        .into()
}

#[tokio::test]
async fn unreadable_events_hold_up_no_others() {
    let env = TestEnv::new().await;
    let unreadable: [Bson; 6] = [
        doc! { "id": "a", "subject": "ticket:created" }.into(),
        doc! { "id": "b", "subject": 7, "payload": "{}", "time": bson::DateTime::now() }.into(),
        doc! { "id": "c", "subject": "every > thing", "payload": "{}", "time": bson::DateTime::now() }.into(),
        doc! { "id": "d", "subject": "", "payload": "{}", "time": "yesterday" }.into(),
        "not a document".into(),
        Bson::Null,
    ];
    let things = collection(&env, "unreadable").await;
    let (outbox, _service) = relay(&env, &things).await;
    let mut expected = Vec::new();
    for (number, bad) in unreadable.iter().enumerate() {
        let (ticket, event) = good(&env);
        let (id, with_id) = (format!("{number}"), doc! { "id": "z", "subject": 1 });
        things.insert_one(doc! { "_id": id, "outbox": [bad.clone(), event, with_id] }).await.unwrap();
        expected.push(ticket.id);
    }
    outbox.wake();
    for id in expected {
        env.event::<TicketCreated>(|event| event.id == id).await;
    }
    eventually("only unreadable events are left", async || {
        let left = things.count_documents(doc! { "outbox": { "$size": 2 } }).await.unwrap();
        (left == unreadable.len() as u64).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_refused_event_holds_up_no_other_of_its_document() {
    let env = TestEnv::new().await;
    let things = collection(&env, "refused").await;
    let (outbox, _service) = relay(&env, &things).await;
    let (ticket, event) = good(&env);
    things.insert_one(doc! { "_id": "newer", "outbox": [unknown_kind(0), event, unknown_kind(1)] }).await.unwrap();
    outbox.wake();
    env.event::<TicketCreated>(|event| event.id == ticket.id).await;
    eventually("only refused events are left", async || {
        things.find_one(doc! { "outbox": { "$size": 2 }, "outbox.id": "a:1" }).await.unwrap()
    })
    .await;
}

#[tokio::test]
async fn documents_that_always_fail_starve_no_others_and_are_counted() {
    let _telemetry = telemetry::init("test").unwrap();
    let env = TestEnv::new().await;
    let things = collection(&env, "starving").await;
    let (outbox, service) = relay(&env, &things).await;
    let failing = (0..MANY).map(|number| doc! { "_id": format!("a{number}"), "outbox": [unknown_kind(number)] });
    let damaged = (0..MANY).map(|number| doc! { "_id": format!("b{number}"), "outbox": [{ "id": "b", "subject": 1 }] });
    things.insert_many(failing.chain(damaged)).await.unwrap();
    let (ticket, event) = good(&env);
    things.insert_one(doc! { "_id": "z", "outbox": [event] }).await.unwrap();
    outbox.wake();
    env.event::<TicketCreated>(|event| event.id == ticket.id).await;

    eventually("the gauges count them", async || {
        let metrics = service.anonymous().get("/metrics").await.body;
        let has = |line: String| metrics.as_str().unwrap().lines().any(|metric| metric == line);
        let gauge = |name: &str, value: usize| has(format!(r#"{name}{{collection="starving"}} {value}"#));
        let counted = gauge("outbox_waiting_documents", 2 * MANY)
            && gauge("outbox_unreadable_events", MANY)
            && gauge("outbox_refused_events", MANY);
        counted.then_some(())
    })
    .await;
    // Once the stream accepts their kind, they are published.
    let (jetstream, name) = env.broker.raw();
    let mut config = jetstream.get_stream(&name).await.unwrap().cached_info().config.clone();
    config.subjects.push(config.subjects[0].replace("ticket:created", "ticket:archived"));
    jetstream.update_stream(config).await.unwrap();
    eventually("the failing ones are published", async || {
        let left = things.count_documents(doc! { "outbox.id": { "$gt": "" } }).await.unwrap();
        (left == MANY as u64).then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_age_of_the_oldest_pending_event_is_measured() {
    let _telemetry = telemetry::init("test").unwrap();
    let env = TestEnv::new().await;
    let things = collection(&env, "old").await;
    let (_outbox, service) = relay(&env, &things).await;
    let mut old = unknown_kind(0);
    let hour_ago = bson::DateTime::from_millis(bson::DateTime::now().timestamp_millis() - 3_600_000);
    old.as_document_mut().unwrap().insert("time", hour_ago);
    things.insert_one(doc! { "_id": "old", "outbox": [old] }).await.unwrap();
    let age = async || {
        let metrics = service.anonymous().get("/metrics").await.body;
        let name = r#"outbox_oldest_event_seconds{collection="old"} "#;
        let age = metrics.as_str()?.lines().find_map(|line| line.strip_prefix(name))?;
        age.parse::<f64>().ok()
    };
    eventually("an hour", async || age().await.filter(|age| *age >= 3_600.0)).await;
    things.delete_one(doc! { "_id": "old" }).await.unwrap();
    eventually("nothing waits", async || age().await.filter(|age| *age == 0.0)).await;
}
