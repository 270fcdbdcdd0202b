use std::{
    collections::HashSet,
    future::pending,
    sync::{Arc, Mutex},
    time::Duration,
};

use common::{
    api::TicketId,
    events::TicketCreated,
    messaging::{Failure, Listener, Outcome},
    testing::{TestEnv, eventually, ticket_created},
};
use futures::future::join_all;

use super::listen;

#[derive(Clone, Default)]
struct Seen(Arc<Mutex<HashSet<TicketId>>>);

impl Seen {
    /// Whether this is the first call for a ticket.
    fn is_first(&self, ticket: &TicketCreated) -> bool {
        self.0.lock().unwrap().insert(ticket.id.clone())
    }
}

/// Hangs at its first call for each expensive ticket.
#[derive(Clone, Default)]
struct Hanging {
    seen: Seen,
    handled: Seen,
}

impl Listener<TicketCreated> for Hanging {
    const TIMEOUT: Duration = Duration::from_millis(200);

    async fn on_event(&self, ticket: TicketCreated) -> Outcome {
        if self.seen.is_first(&ticket) && ticket.price.cents() > 100 {
            pending::<()>().await;
        }
        self.handled.is_first(&ticket);
        Ok(())
    }
}

#[tokio::test]
async fn hanging_calls_time_out_and_are_retried() {
    // More than are handled at the same time.
    const HUNG: usize = 64;
    let env = TestEnv::new().await;
    let listener = Hanging::default();
    let _service = listen(&env, listener.clone()).await;
    let expensive: Vec<_> = (0..HUNG).map(|_| ticket_created("2")).collect();
    join_all(expensive.iter().map(|ticket| env.publish(ticket))).await;
    env.publish(&ticket_created("1")).await;
    eventually("all are handled", async || (listener.handled.0.lock().unwrap().len() == HUNG + 1).then_some(())).await;
    assert!(env.dead_letters().await.is_empty());
}

/// Finds every ticket too early at its first call.
#[derive(Default)]
struct Early(Seen);

impl Listener<TicketCreated> for Early {
    async fn on_event(&self, ticket: TicketCreated) -> Outcome {
        if self.0.is_first(&ticket) { Err(Failure::Early(Duration::from_millis(100))) } else { Ok(()) }
    }
}

#[tokio::test]
async fn early_events_are_delivered_again_and_hold_up_no_others() {
    // More than JetStream's default limit of unacknowledged messages.
    const TOO_EARLY: usize = 1_100;
    let env = TestEnv::new().await;
    let tickets: Vec<_> = (0..TOO_EARLY).map(|_| ticket_created("1")).collect();
    join_all(tickets.iter().map(|ticket| env.publish(ticket))).await;
    let _service = listen(&env, Early::default()).await;
    env.all_handled().await;
    assert!(env.dead_letters().await.is_empty());
}
