use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{clock, ids};

/// The API version that objects and events are rendered in: the one that
/// async-stripe 1.0.0-rc.10 is generated from.
pub const API_VERSION: &str = "2026-09-30.endive";

/// A webhook event with a copy of its object.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Event {
    pub(crate) id: String,
    /// The body, the same at every attempt.
    pub(crate) payload: String,
}

impl Event {
    pub(crate) fn new(kind: &str, object: &Value) -> Self {
        let id = ids::fresh("evt");
        let payload = json!({
            "id": id,
            "object": "event",
            "api_version": API_VERSION,
            "created": clock::now(),
            "data": { "object": object },
            "livemode": false,
            "pending_webhooks": 1,
            "request": { "id": ids::fresh("req"), "idempotency_key": null },
            "type": kind,
        });
        Self { id, payload: payload.to_string() }
    }
}
