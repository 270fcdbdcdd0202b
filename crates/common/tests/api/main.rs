//! Messaging and the HTTP server against real stores.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod connections;
mod dead_letters;
mod delivery;
mod hang_up;
mod hung;
mod poison;
mod probes;
mod relay;
mod server;
mod streams;
mod workers;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use axum::Router;
use bson::Document;
use common::{
    api::TicketId,
    events::TicketCreated,
    messaging::{Failure, Listener, Listeners, Outbox, Outcome, Relay},
    mongo,
    server::App,
    testing::{Service, TestEnv, eventually},
};
use mongodb::Collection;

/// A service that serves nothing but its probes.
async fn start(env: &TestEnv, add: impl FnOnce(App) -> App) -> Service {
    env.start(add(App::new("test", Router::new()))).await
}

/// A service that does nothing but handle tickets.
async fn listen(env: &TestEnv, listener: impl Listener<TicketCreated>) -> Service {
    let listeners = Listeners::of("test-service").on::<TicketCreated>(listener);
    start(env, |app| app.with_listeners(env.broker.clone(), listeners)).await
}

/// A collection whose outboxes can be relayed.
async fn collection(env: &TestEnv, name: &str) -> Collection<Document> {
    let database = mongo::connect(env.env().text("MONGO_URI").unwrap()).await.unwrap();
    let collection = database.collection(name);
    collection.create_index(Relay::index()).await.unwrap();
    collection
}

/// A service that does nothing but relay a collection's events.
async fn relay(env: &TestEnv, collection: &Collection<Document>) -> (Outbox, Service) {
    let outbox = Outbox::default();
    let relay = Relay::new(collection, env.broker.clone(), outbox.clone());
    (outbox, start(env, |app| app.with_relay(relay)).await)
}

/// How a listener treats an event, by the number of its call for that event.
type Reaction = fn(i64) -> Outcome;

/// Counts its calls for each ticket.
#[derive(Clone)]
struct Counter {
    calls: Arc<Mutex<HashMap<TicketId, i64>>>,
    reaction: Reaction,
}

impl Counter {
    fn new(reaction: Reaction) -> Self {
        Self { calls: Arc::default(), reaction }
    }

    /// How often it was called for a ticket.
    fn calls(&self, id: &TicketId) -> i64 {
        self.calls.lock().unwrap().get(id).copied().unwrap_or_default()
    }

    /// Waits until it was called once for a ticket.
    async fn called(&self, id: &TicketId) {
        eventually("the listener is called", async || (self.calls(id) == 1).then_some(())).await;
    }
}

impl Listener<TicketCreated> for Counter {
    async fn on_event(&self, ticket: TicketCreated) -> Outcome {
        let call = {
            let mut calls = self.calls.lock().unwrap();
            let call = calls.entry(ticket.id).or_default();
            *call += 1;
            *call
        };
        (self.reaction)(call)
    }
}

#[allow(clippy::unnecessary_wraps, reason = "a Reaction")]
fn accept(_: i64) -> Outcome {
    Ok(())
}

fn refuse(_: i64) -> Outcome {
    Err(Failure::permanent("not today"))
}
