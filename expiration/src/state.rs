//! What listeners and jobs share.

use std::error::Error;

use chrono::TimeDelta;
use common::{clock::Clock, messaging::Broker};

use crate::{Config, jobs::Queue};

/// Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    pub(crate) queue: Queue,
    pub(crate) broker: Broker,
    pub(crate) clock: Clock,
    pub(crate) grace: TimeDelta,
}

impl AppState {
    /// Connects to the stores.
    pub async fn connect(config: &Config, clock: Clock) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let queue = Queue::connect(&config.redis_url, &config.queue).await?;
        let broker = config.broker.connect().await?;
        Ok(Self { queue, broker, clock, grace: config.grace })
    }
}
