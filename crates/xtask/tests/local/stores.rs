use async_nats::jetstream;
use bson::{Document, doc};
use redis::AsyncTypedCommands;
use xtask::process::{Restart, Signal};
use xtask::report::Report;
use xtask::stores::{Outside, Stores, StoresOptions};

use crate::eventually;

async fn put_something_into(stores: &Stores) {
    let mongo = mongodb::Client::with_uri_str(stores.mongo_uri("shop")).await.unwrap();
    let things = mongo.default_database().unwrap().collection("things");
    things.insert_one(doc! { "kept": true }).await.unwrap();

    let nats = jetstream::new(async_nats::connect(stores.nats.url()).await.unwrap());
    let stream =
        jetstream::stream::Config { name: "THINGS".into(), subjects: vec!["things".into()], ..Default::default() };
    nats.create_stream(stream).await.unwrap();
    nats.publish("things", "kept".into()).await.unwrap().await.unwrap();

    let mut redis = connection(stores).await;
    redis.set("thing", "kept").await.unwrap();
}

async fn assert_it_is_kept_by(stores: &Stores) {
    let mongo = mongodb::Client::with_uri_str(stores.mongo_uri("shop")).await.unwrap();
    let things = mongo.default_database().unwrap().collection::<Document>("things");
    assert_eq!(things.count_documents(doc! { "kept": true }).await.unwrap(), 1);

    let nats = jetstream::new(async_nats::connect(stores.nats.url()).await.unwrap());
    let stream = nats.get_stream("THINGS").await.unwrap();
    assert_eq!(stream.cached_info().state.messages, 1);

    assert_eq!(connection(stores).await.get("thing").await.unwrap().as_deref(), Some("kept"));
}

async fn connection(stores: &Stores) -> redis::aio::MultiplexedConnection {
    let client = redis::Client::open(stores.redis.url()).unwrap();
    client.get_multiplexed_async_connection().await.unwrap()
}

#[tokio::test]
async fn stores_keep_their_data_and_their_address_when_stopped_or_killed() {
    let folder = tempfile::tempdir().unwrap();
    let mut stores = Stores::start(&StoresOptions::new(folder.path())).await.unwrap();
    put_something_into(&stores).await;

    stores.stop().await;
    assert!(!stores.nats.is_up());
    for store in [&mut stores.mongo, &mut stores.nats, &mut stores.redis] {
        store.resume().await.unwrap();
    }
    assert_it_is_kept_by(&stores).await;
}

#[tokio::test]
async fn an_acknowledged_write_survives_that_mongo_or_nats_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let options = StoresOptions { sync_writes: true, ..StoresOptions::new(folder.path()) };
    let mut stores = Stores::start(&options).await.unwrap();
    put_something_into(&stores).await;
    for store in [&mut stores.mongo, &mut stores.nats] {
        store.kill().await.unwrap();
        store.resume().await.unwrap();
    }
    assert_it_is_kept_by(&stores).await;
}

#[tokio::test]
async fn a_store_that_is_restarted_has_its_data() {
    let folder = tempfile::tempdir().unwrap();
    let options = StoresOptions { sync_writes: true, restart: Restart::Always, ..StoresOptions::new(folder.path()) };
    let mut stores = Stores::start(&options).await.unwrap();
    put_something_into(&stores).await;
    for store in [&stores.mongo, &stores.nats, &stores.redis] {
        let process = store.process().unwrap();
        let first = process.pid().unwrap();
        process.signal(Signal::KILL);
        eventually("another process", async || process.pid().is_some_and(|pid| pid != first)).await;
        eventually(store.kind().name(), async || store.ready().await.is_ok()).await;
    }
    assert_it_is_kept_by(&stores).await;
    stores.stop().await;
    assert!(!stores.mongo.is_up());
}

#[tokio::test]
async fn a_store_with_broken_data_is_reported_and_restarted_until_they_are_repaired() {
    let folder = tempfile::tempdir().unwrap();
    let report = Report::kept();
    let options =
        StoresOptions { restart: Restart::Always, report: report.clone(), ..StoresOptions::new(folder.path()) };
    let mut stores = Stores::start(&options).await.unwrap();
    let manifest = folder.path().join("redis/appendonlydir/appendonly.aof.manifest");
    let good = std::fs::read(&manifest).unwrap();
    std::fs::write(&manifest, "garbage").unwrap();
    stores.redis.process().unwrap().signal(Signal::KILL);

    let line = "redis | stopped 3 times in a row. Its data do not seem to let it start: ";
    eventually(line, async || report.lines().iter().any(|said| said.contains(line))).await;
    std::fs::write(&manifest, good).unwrap();
    eventually("it answers again", async || stores.redis.ready().await.is_ok()).await;
    let said = report.lines().join("\n");
    assert!(said.contains("--fresh") && said.contains("logs/redis.log"), "{said}");
    stores.stop().await;
}

#[tokio::test]
async fn stores_that_run_elsewhere_are_used_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let theirs = Stores::start(&StoresOptions::new(folder.path())).await.unwrap();
    let outside = Outside {
        mongo: Some(theirs.mongo.url().into()),
        nats: Some(theirs.nats.url().into()),
        redis: Some(theirs.redis.url().into()),
    };
    let mut ours = Stores::start(&StoresOptions { outside, ..StoresOptions::new(folder.path()) }).await.unwrap();
    ours.nats.kill().await.unwrap_err();
    ours.stop().await;
    theirs.nats.ready().await.unwrap();
}
