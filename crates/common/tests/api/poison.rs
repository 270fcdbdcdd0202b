use axum::Router;
use bson::{Bson, Document, doc};
use common::{
    events::TicketCreated,
    messaging::{Outbox, OutboxEvent, Relay},
    mongo,
    server::App,
    telemetry,
    testing::{Service, TestEnv, eventually, ticket_created},
};
use mongodb::Collection;

/// More than the relay reads at a time.
const MANY: usize = 300;

async fn relay(env: &TestEnv, name: &str) -> (Collection<Document>, Outbox, Service) {
    let database = mongo::connect(env.env().text("MONGO_URI").unwrap()).await.unwrap();
    let things = database.collection::<Document>(name);
    things.create_index(Relay::index()).await.unwrap();
    let outbox = Outbox::default();
    let relay = Relay::new(&things, env.broker.clone(), outbox.clone());
    let service = env.start(App::new("relay", Router::new()).with_relay(relay)).await;
    (things, outbox, service)
}

fn good(env: &TestEnv) -> (TicketCreated, Bson) {
    let ticket = ticket_created("1");
    let pending = OutboxEvent::new(&ticket, env.clock.now());
    (ticket, pending.into())
}

/// An event of a kind that no stream takes, by a program that is newer.
fn unknown_kind(number: usize) -> Bson {
    doc! { "id": format!("a:{number}"), "subject": "ticket:withdrawn", "payload": "{}", "time": bson::DateTime::now() }
        .into()
}

#[tokio::test]
async fn unreadable_events_stop_nobody_behind_them() {
    let env = TestEnv::new().await;
    let unreadable: [Bson; 6] = [
        doc! { "id": "a", "subject": "ticket:created" }.into(),
        doc! { "id": "b", "subject": 7, "payload": "{}", "time": bson::DateTime::now() }.into(),
        doc! { "id": "c", "subject": "every > thing", "payload": "{}", "time": bson::DateTime::now() }.into(),
        doc! { "id": "d", "subject": "", "payload": "{}", "time": "yesterday" }.into(),
        "not a document".into(),
        Bson::Null,
    ];
    let (things, outbox, _service) = relay(&env, "unreadable").await;
    let mut expected = Vec::new();
    for (number, bad) in unreadable.iter().enumerate() {
        let (ticket, event) = good(&env);
        let (number, named) = (format!("{number}"), doc! { "id": "z", "subject": 1 });
        things.insert_one(doc! { "_id": number, "outbox": [bad.clone(), event, named] }).await.unwrap();
        expected.push(ticket.id);
    }
    outbox.wake();
    for id in expected {
        env.event::<TicketCreated>(|event| event.id == id).await;
    }
    // What can't be read stays, for somebody to look at, and is no copy's fault.
    eventually("only what can't be read is left", async || {
        let left = things.count_documents(doc! { "outbox": { "$size": 2 } }).await.unwrap();
        (left == unreadable.len() as u64).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_refused_event_stops_none_behind_it_in_its_document() {
    let env = TestEnv::new().await;
    let (things, outbox, _service) = relay(&env, "refused").await;
    let (ticket, event) = good(&env);
    things.insert_one(doc! { "_id": "newer", "outbox": [unknown_kind(0), event, unknown_kind(1)] }).await.unwrap();
    outbox.wake();
    env.event::<TicketCreated>(|event| event.id == ticket.id).await;
    eventually("only what is refused is left", async || {
        things.find_one(doc! { "outbox": { "$size": 2 }, "outbox.id": "a:1" }).await.unwrap()
    })
    .await;
}

#[tokio::test]
async fn documents_that_always_fail_starve_nobody_and_are_counted() {
    let _telemetry = telemetry::init("test");
    let env = TestEnv::new().await;
    let (things, outbox, service) = relay(&env, "starving").await;
    let failing = (0..MANY).map(|number| doc! { "_id": format!("a{number}"), "outbox": [unknown_kind(number)] });
    let damaged = (0..MANY).map(|number| doc! { "_id": format!("b{number}"), "outbox": [{ "id": "b", "subject": 1 }] });
    things.insert_many(failing.chain(damaged)).await.unwrap();
    let (ticket, event) = good(&env);
    things.insert_one(doc! { "_id": "z", "outbox": [event] }).await.unwrap();
    outbox.wake();
    env.event::<TicketCreated>(|event| event.id == ticket.id).await;

    eventually("the gauges tell", async || {
        let metrics = service.anonymous().get("/metrics").await.body;
        let has = |line: String| metrics.as_str().unwrap().lines().any(|metric| metric == line);
        let gauge = |name: &str, value: usize| has(format!(r#"{name}{{collection="starving"}} {value}"#));
        let told = gauge("outbox_waiting_documents", 2 * MANY)
            && gauge("outbox_unreadable_events", MANY)
            && gauge("outbox_refused_events", MANY);
        told.then_some(())
    })
    .await;
    // Once the stream takes their kind, they go on by themselves.
    let (jetstream, name) = env.broker.raw();
    let mut config = jetstream.get_stream(&name).await.unwrap().cached_info().config.clone();
    config.subjects.push(config.subjects[0].replace("ticket:created", "ticket:withdrawn"));
    jetstream.update_stream(config).await.unwrap();
    eventually("the failing ones are published", async || {
        let left = things.count_documents(doc! { "outbox.id": { "$gt": "" } }).await.unwrap();
        (left == MANY as u64).then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_age_of_the_oldest_waiting_event_is_told() {
    let _telemetry = telemetry::init("test");
    let env = TestEnv::new().await;
    let (things, _outbox, service) = relay(&env, "old").await;
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
