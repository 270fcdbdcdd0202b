//! The one place that reads the time.

use chrono::{DateTime, Datelike, Utc};

/// Seconds since the Unix epoch, as Stripe gives all its times.
pub(crate) fn now() -> i64 {
    utc().timestamp()
}

/// The current month, for the expiry of cards: (year, month).
pub(crate) fn month() -> (i64, i64) {
    let today = utc();
    (today.year().into(), today.month().into())
}

#[allow(clippy::disallowed_methods)] // the home of the clock
fn utc() -> DateTime<Utc> {
    Utc::now()
}
