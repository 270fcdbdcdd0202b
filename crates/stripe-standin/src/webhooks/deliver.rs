//! Delivering events: at least once, in no particular order.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{Semaphore, mpsc::UnboundedReceiver},
    task::JoinSet,
};

use super::signature::sign;
use crate::{clock, models::Event, options::Webhook, state::Standin};

const CONCURRENCY: usize = 16;
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);

/// Delivers events concurrently until the channel closes.
pub(crate) async fn deliver(standin: Standin, mut events: UnboundedReceiver<Event>) {
    let client = reqwest::Client::new();
    let lines = Arc::new(Semaphore::new(CONCURRENCY));
    let mut deliveries = JoinSet::new();
    while let Some(event) = events.recv().await {
        deliveries.spawn(deliver_one(standin.clone(), client.clone(), lines.clone(), event));
        while deliveries.try_join_next().is_some() {}
    }
}

/// Retries until the endpoint answers 2xx, is unset, or the attempts are used up.
async fn deliver_one(standin: Standin, client: reqwest::Client, lines: Arc<Semaphore>, event: Event) {
    let mut failed = 0;
    while let Some(webhook) = standin.webhook() {
        let line = lines.acquire().await;
        let delivered = attempt(&client, &webhook, &event).await;
        drop(line);
        if delivered {
            break;
        }
        failed += 1;
        if failed >= webhook.attempts {
            tracing::warn!(event = event.id, failed, "gave up on an event that the webhook endpoint did not accept");
            break;
        }
        tokio::time::sleep(webhook.pause(failed)).await;
    }
    standin.change(|store| store.remove(&event.id));
    standin.saved().await;
}

async fn attempt(client: &reqwest::Client, webhook: &Webhook, event: &Event) -> bool {
    let request = client
        .post(&webhook.url)
        .timeout(ATTEMPT_TIMEOUT)
        .header("content-type", "application/json; charset=utf-8")
        // Signed at each attempt, as receivers reject old signatures.
        .header("stripe-signature", sign(&event.payload, &webhook.secret, clock::now()))
        .body(event.payload.clone());
    match request.send().await {
        Ok(response) if response.status().is_success() => true,
        Ok(response) => {
            tracing::debug!(event = event.id, status = %response.status(), "the webhook endpoint rejected an event");
            false
        }
        Err(error) => {
            tracing::debug!(event = event.id, %error, "the webhook endpoint could not be reached");
            false
        }
    }
}
