use serde::{Deserialize, Serialize};

/// The response that an idempotency key replays.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Record {
    /// The request's path and parameters.
    pub(crate) request: String,
    pub(crate) status: u16,
    pub(crate) body: String,
    /// Seconds since the epoch; Stripe forgets keys after a day.
    pub(crate) at: i64,
}
