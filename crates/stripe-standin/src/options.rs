//! Settings.

use std::{path::PathBuf, time::Duration};

use serde::Deserialize;

/// The settings of one stand-in.
#[derive(Debug, Clone)]
pub struct Options {
    /// The port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// The smallest amount of an intent, in minor units. Stripe's own is 50
    /// (for USD); the default is 1, so that tests can use every price of the shop.
    pub minimum_amount: i64,
    /// The endpoint for events; `None` sends none.
    pub webhook: Option<Webhook>,
    /// The file that keeps the state across restarts; `None` keeps it in memory only.
    pub data: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self { port: 0, minimum_amount: 1, webhook: None, data: None }
    }
}

/// An endpoint for events.
#[derive(Debug, Clone, Deserialize)]
pub struct Webhook {
    /// An `http://` address.
    pub url: String,
    /// The signing secret, `whsec_…`.
    pub secret: String,
    /// The pause before the second attempt, in milliseconds; each later pause
    /// is twice as long as the one before it, up to 30 seconds.
    #[serde(default = "Webhook::default_first_retry_ms")]
    pub first_retry_ms: u64,
    /// The number of delivery attempts per event.
    #[serde(default = "Webhook::default_attempts")]
    pub attempts: u32,
}

impl Webhook {
    /// An endpoint with retries after 0.5, 1, 2 … seconds, a dozen attempts in all.
    pub fn new(url: impl Into<String>, secret: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            secret: secret.into(),
            first_retry_ms: Self::default_first_retry_ms(),
            attempts: Self::default_attempts(),
        }
    }

    /// The pause after so many failed attempts (at least one).
    pub(crate) fn pause(&self, failed: u32) -> Duration {
        let doubled = self.first_retry_ms.saturating_mul(1 << failed.saturating_sub(1).min(16));
        Duration::from_millis(doubled).min(Duration::from_secs(30))
    }

    fn default_first_retry_ms() -> u64 {
        500
    }

    fn default_attempts() -> u32 {
        12
    }
}
