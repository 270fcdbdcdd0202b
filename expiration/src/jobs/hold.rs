use apalis::prelude::Codec;
use chrono::{DateTime, TimeDelta, Utc};
use common::{api::OrderId, events::OrderCreated, telemetry};
use serde::{Deserialize, Serialize};

/// The job: a hold that is to end. Stands in Redis as JSON, where a replica of
/// an older or newer version may read it: a field may be added, with a default.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Hold {
    /// Whose hold; also the job's id, so that an order has one job.
    pub(super) order_id: OrderId,
    /// When it ends, grace included.
    pub(super) ends_at: DateTime<Utc>,
    /// The trace that the order belongs to.
    #[serde(default)]
    pub(super) traceparent: Option<String>,
}

impl Hold {
    /// The hold of an order, in the current trace.
    pub(crate) fn new(order: &OrderCreated, grace: TimeDelta) -> Self {
        Self {
            order_id: order.id.clone(),
            ends_at: order.expires_at.checked_add_signed(grace).unwrap_or(order.expires_at),
            traceparent: telemetry::traceparent(),
        }
    }

    /// When apalis, which counts in whole seconds since 1970, is to hand it out.
    pub(super) fn due_second(&self) -> u64 {
        u64::try_from(self.ends_at.timestamp()).unwrap_or(0)
    }
}

/// A job as a worker gets it: its hold, or nothing if that can't be read.
pub(super) struct Job(pub(super) Option<Hold>);

/// Reads every job, however garbled: one that failed here would end the worker,
/// come back to the next, and end that one, too.
#[derive(Clone, Default)]
pub(super) struct JobCodec;

impl Codec<Job> for JobCodec {
    type Error = serde_json::Error;
    type Compact = Vec<u8>;

    fn encode(&self, job: &Job) -> Result<Vec<u8>, Self::Error> {
        serde_json::to_vec(&job.0)
    }

    fn decode(&self, job: &Vec<u8>) -> Result<Job, Self::Error> {
        Ok(Job(serde_json::from_slice(job).ok()))
    }
}
