//! Consumers that nobody needs any more.

use std::time::Duration;

use async_nats::jetstream::{
    ErrorCode,
    context::{ConsumerInfoError, ConsumerInfoErrorKind},
};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{Broker, BrokerError};

/// How often it is looked for.
const PAUSE: Duration = Duration::from_secs(30);
/// How long after nobody was fetching it is looked again: longer than a fetch.
const CONFIRM: Duration = Duration::from_secs(3);

/// Removes a durable consumer: left behind, its messages would pile up as if a
/// service were behind. An older replica that still runs fetches from it, and may
/// make it again; so it is looked for as long as the program runs, and removed
/// once nobody was fetching at two looks in a row.
pub(super) async fn remove(broker: Broker, name: String, stop: CancellationToken) {
    let mut idle = false;
    while !stop.is_cancelled() {
        idle = look(&broker, &name, idle).await.unwrap_or_else(|error| {
            tracing::warn!(consumer = name, %error, "an old consumer can't be removed yet");
            false
        });
        let pause = if idle { CONFIRM } else { PAUSE };
        tokio::select! { () = stop.cancelled() => {}, () = sleep(pause) => {} }
    }
}

/// Whether nobody was fetching from the consumer. It is removed if nobody was
/// before, either.
async fn look(broker: &Broker, name: &str, was_idle: bool) -> Result<bool, BrokerError> {
    let events = broker.events().await?;
    match events.consumer_info(name).await {
        Ok(info) if info.num_waiting > 0 => Ok(false),
        Ok(_) if !was_idle => Ok(true),
        Ok(_) => {
            events.delete_consumer(name).await.map_err(BrokerError::new)?;
            tracing::info!(consumer = name, "an old consumer is removed");
            Ok(false)
        }
        Err(error) if is_unknown(&error) => Ok(false),
        Err(error) => Err(BrokerError::new(error)),
    }
}

fn is_unknown(error: &ConsumerInfoError) -> bool {
    match error.kind() {
        ConsumerInfoErrorKind::NotFound => true,
        ConsumerInfoErrorKind::JetStream(error) => error.error_code() == ErrorCode::CONSUMER_NOT_FOUND,
        _ => false,
    }
}
