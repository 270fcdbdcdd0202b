use apalis::prelude::Codec;
use chrono::{DateTime, TimeDelta, Utc};
use common::{api::OrderId, events::OrderCreated, telemetry};
use serde::{Deserialize, Serialize};

/// The job: a hold to end. It is kept as JSON that older and newer replicas read, so a new
/// field needs a default.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Hold {
    /// The order that holds; also the job's id, so that an order has one job.
    pub(crate) order_id: OrderId,
    /// When the hold ends, grace included.
    pub(crate) ends_at: DateTime<Utc>,
    /// The order's trace.
    #[serde(default)]
    pub(crate) traceparent: Option<String>,
}

impl Hold {
    /// The hold of an order, in the current trace.
    pub(crate) fn new(order: &OrderCreated, grace: TimeDelta) -> Self {
        let ends_at = order.expires_at.checked_add_signed(grace).unwrap_or(order.expires_at);
        Self { order_id: order.id.clone(), ends_at, traceparent: telemetry::traceparent() }
    }
}

/// Decodes an unreadable job as `None`: a failure would end every worker that fetches it.
#[derive(Clone)]
pub(crate) struct HoldCodec;

impl Codec<Option<Hold>> for HoldCodec {
    type Error = serde_json::Error;
    type Compact = Vec<u8>;

    fn encode(&self, hold: &Option<Hold>) -> Result<Vec<u8>, Self::Error> {
        serde_json::to_vec(hold)
    }

    fn decode(&self, job: &Vec<u8>) -> Result<Option<Hold>, Self::Error> {
        Ok(serde_json::from_slice(job).ok())
    }
}
