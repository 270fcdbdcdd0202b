//! Delivering events: at least once, in no particular order.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{Semaphore, mpsc::UnboundedReceiver},
    task::JoinSet,
};

use super::{Event, signature::sign};
use crate::{clock, options::Webhook, state::Standin};

const AT_ONCE: usize = 16;
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);

/// Delivers all events that come, each on its own, until it is dropped.
pub(crate) async fn deliver(standin: Standin, mut events: UnboundedReceiver<Event>) {
    let client = reqwest::Client::new();
    let lines = Arc::new(Semaphore::new(AT_ONCE));
    let mut deliveries = JoinSet::new();
    while let Some(event) = events.recv().await {
        deliveries.spawn(deliver_one(standin.clone(), client.clone(), lines.clone(), event));
        while deliveries.try_join_next().is_some() {}
    }
}

/// Tries until the endpoint answers 2xx, is switched off, or all attempts are used.
async fn deliver_one(standin: Standin, client: reqwest::Client, lines: Arc<Semaphore>, event: Event) {
    let mut failed = 0;
    while let Some(webhook) = standin.webhook() {
        let line = lines.acquire().await;
        let taken = attempt(&client, &webhook, &event).await;
        drop(line);
        if taken {
            break;
        }
        failed += 1;
        if failed >= webhook.attempts {
            tracing::warn!(event = event.id, failed, "gave up an event that the webhook endpoint never took");
            break;
        }
        tokio::time::sleep(webhook.pause(failed)).await;
    }
    standin.change(|store| store.outbox.remove(&event.id));
    standin.saved().await;
}

async fn attempt(client: &reqwest::Client, webhook: &Webhook, event: &Event) -> bool {
    let request = client
        .post(&webhook.url)
        .timeout(ATTEMPT_TIMEOUT)
        .header("content-type", "application/json; charset=utf-8")
        // Signed anew at each attempt: receivers refuse old signatures.
        .header("stripe-signature", sign(&event.payload, &webhook.secret, clock::now()))
        .body(event.payload.clone());
    match request.send().await {
        Ok(response) if response.status().is_success() => true,
        Ok(response) => {
            tracing::debug!(event = event.id, status = %response.status(), "the webhook endpoint refused an event");
            false
        }
        Err(error) => {
            tracing::debug!(event = event.id, %error, "the webhook endpoint could not be reached");
            false
        }
    }
}
