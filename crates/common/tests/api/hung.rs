use std::{
    future::pending,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::Router;
use common::{
    events::TicketCreated,
    messaging::{Failure, Listener, Listeners, Metadata, Outcome},
    server::App,
    testing::{TestEnv, eventually, ticket_created},
};
use futures::future::join_all;

/// Hangs for ever when it is first told of something dear.
struct Hanging(Arc<AtomicUsize>);

impl Listener for Hanging {
    type Event = TicketCreated;
    const QUEUE_GROUP: &'static str = "hanging-service";
    const LIMIT: Duration = Duration::from_millis(200);

    async fn on_event(&self, ticket: TicketCreated, metadata: Metadata) -> Outcome {
        if ticket.price.cents() > 100 && metadata.delivered == 1 {
            pending::<()>().await;
        }
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

#[tokio::test]
async fn calls_that_hang_do_not_stop_a_listener() {
    const HUNG: usize = 64;
    let env = TestEnv::new().await;
    let taken = Arc::new(AtomicUsize::new(0));
    let listeners = Listeners::new().with(Hanging(taken.clone()));
    let app = App::new("hanging", Router::new()).with_listeners(env.broker.clone(), listeners);
    let _service = env.start(app).await;
    let dear: Vec<_> = (0..HUNG).map(|_| ticket_created("2")).collect();
    join_all(dear.iter().map(|ticket| env.publish(ticket))).await;
    env.publish(&ticket_created("1")).await;
    // Each that hung is tried again, and the one behind them gets its turn.
    eventually("all are taken", async || (taken.load(Ordering::SeqCst) == HUNG + 1).then_some(())).await;
    assert!(env.dead_letters().await.is_empty());
}

/// Finds everything too early once.
struct Early;

impl Listener for Early {
    type Event = TicketCreated;
    const QUEUE_GROUP: &'static str = "early-service";

    async fn on_event(&self, _: TicketCreated, metadata: Metadata) -> Outcome {
        if metadata.delivered == 1 { Err(Failure::Early(Duration::from_millis(100))) } else { Ok(()) }
    }
}

#[tokio::test]
async fn what_comes_too_early_comes_again_and_keeps_nothing_from_being_delivered() {
    // More than JetStream delivers unacknowledged unless told otherwise.
    const TOO_EARLY: usize = 1_100;
    let env = TestEnv::new().await;
    let tickets: Vec<_> = (0..TOO_EARLY).map(|_| ticket_created("1")).collect();
    join_all(tickets.iter().map(|ticket| env.publish(ticket))).await;
    let listeners = Listeners::new().with(Early);
    let app = App::new("early", Router::new()).with_listeners(env.broker.clone(), listeners);
    let _service = env.start(app).await;
    env.all_handled().await;
    assert!(env.dead_letters().await.is_empty());
}
