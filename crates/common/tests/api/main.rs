//! The machinery against real stores.

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
use common::{
    api::TicketId,
    events::TicketCreated,
    messaging::{Failure, Listener, Listeners, Metadata, Outcome},
    server::App,
    testing::{Service, TestEnv},
};

/// What a listener does with an event, by how often it has been delivered.
type Reaction = fn(&TicketCreated, &Metadata) -> Outcome;

/// Hears of tickets and remembers how often it was told of each.
#[derive(Clone)]
struct Ear {
    heard: Arc<Mutex<HashMap<TicketId, i64>>>,
    reaction: Reaction,
}

impl Ear {
    fn new(reaction: Reaction) -> Self {
        Self { heard: Arc::default(), reaction }
    }

    /// How often it was told of a ticket.
    fn heard(&self, id: &TicketId) -> i64 {
        self.heard.lock().unwrap().get(id).copied().unwrap_or_default()
    }

    /// A service that does nothing but listen.
    async fn listen(&self, env: &TestEnv) -> Service {
        let listeners = Listeners::new().with(self.clone());
        env.start(App::new("ear", Router::new()).with_listeners(env.broker.clone(), listeners)).await
    }
}

impl Listener for Ear {
    type Event = TicketCreated;
    const QUEUE_GROUP: &'static str = "ear-service";

    async fn on_event(&self, ticket: TicketCreated, metadata: Metadata) -> Outcome {
        *self.heard.lock().unwrap().entry(ticket.id.clone()).or_default() += 1;
        (self.reaction)(&ticket, &metadata)
    }
}

#[allow(clippy::unnecessary_wraps, reason = "a Reaction")]
fn take(_: &TicketCreated, _: &Metadata) -> Outcome {
    Ok(())
}

fn refuse(_: &TicketCreated, _: &Metadata) -> Outcome {
    Err(Failure::permanent("not today"))
}
