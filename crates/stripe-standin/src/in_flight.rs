//! The idempotency keys of requests in progress.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
};

use axum::http::StatusCode;

use crate::{error::ApiError, lock::lock};

/// The keys of requests in progress; clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct InFlight(Arc<Mutex<HashSet<String>>>);

/// Reserves a key until it is dropped, even by a panic.
pub(crate) struct Reservation {
    key: String,
    keys: InFlight,
}

impl InFlight {
    pub(crate) fn reserve(&self, key: &str) -> Result<Reservation, ApiError> {
        if lock(&self.0).insert(key.to_owned()) {
            return Ok(Reservation { key: key.to_owned(), keys: self.clone() });
        }
        let message = format!(
            "There is currently another in-progress request using this Idempotent Key (that probably means you \
             submitted twice, and the other request is still going through): {key}. Please try again later."
        );
        Err(ApiError::idempotency(StatusCode::CONFLICT, message).code("idempotency_key_in_use"))
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        lock(&self.keys.0).remove(&self.key);
    }
}
