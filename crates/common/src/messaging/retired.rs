//! Consumers that nobody needs any more.

use std::time::Duration;

use async_nats::jetstream::{
    ErrorCode,
    context::{ConsumerInfoError, ConsumerInfoErrorKind},
};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{Broker, BrokerError};

/// How often it is looked whether an older replica still uses the consumer.
const PAUSE: Duration = Duration::from_secs(30);

/// Removes a durable consumer: left behind, its messages would pile up as if a
/// service were behind. An older replica that still runs fetches from it; it is
/// left to it until then.
pub(super) async fn remove(broker: Broker, name: String, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match remove_unused(&broker, &name).await {
            Ok(true) => break,
            Ok(false) => {}
            Err(error) => tracing::warn!(consumer = name, %error, "an old consumer can't be removed yet"),
        }
        tokio::select! { () = stop.cancelled() => {}, () = sleep(PAUSE) => {} }
    }
    stop.cancelled().await;
}

/// Whether the consumer is gone.
async fn remove_unused(broker: &Broker, name: &str) -> Result<bool, BrokerError> {
    let events = broker.events().await?;
    match events.consumer_info(name).await {
        Ok(info) if info.num_waiting > 0 => Ok(false),
        Ok(_) => {
            events.delete_consumer(name).await.map_err(BrokerError::new)?;
            tracing::info!(consumer = name, "an old consumer is removed");
            Ok(true)
        }
        Err(error) if is_unknown(&error) => Ok(true),
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
